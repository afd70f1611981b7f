"""What came back about mails, on DynamoDB: first kept, then applied."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final

from newsletter.model import DeliveryEvent, DeliveryState, UnreadableEvent
from newsletter.ports import JudgeDelivery, JudgeReader
from newsletter.stores.codec import from_instant_or_none
from newsletter.stores.dynamodb import event_readers
from newsletter.stores.dynamodb.actions import delete, put
from newsletter.stores.dynamodb.delivery_rows import DeliveryRows
from newsletter.stores.dynamodb.event_deliveries import EventsOfMails
from newsletter.stores.dynamodb.event_forgetting import forget
from newsletter.stores.dynamodb.event_items import (
    mail_key,
    short,
    stored_in,
    unreadable_from_item,
    unreadable_to_item,
)
from newsletter.stores.dynamodb.event_keeping import LAST, keep
from newsletter.stores.dynamodb.lists import entries
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.tables import key
from subscribers.suppression import Standing

MAX_UNREADABLE: Final = 1_000
UNREADABLE: Final = "X#unreadable"


class DynamoEvents:
    """``ports.EventStore`` on DynamoDB.

    An event is written in one transaction with what it leaves to be done, an address or a mail
    with its crossing out; several of them go into one request, not all into one transaction.
    """

    def __init__(self, people: People, *, deliveries: DeliveryRows) -> None:
        self._people = people
        self._mails = EventsOfMails(people, deliveries)

    def keep(
        self, events: Sequence[DeliveryEvent], *, received_at: datetime
    ) -> tuple[DeliveryEvent, ...]:
        """Write the events; return those that were not there yet."""
        return keep(self._people, events, received_at=received_at)

    def set_aside(self, unreadable: Sequence[UnreadableEvent]) -> None:
        """Keep what could not be understood; repetitions are counted, the oldest forgotten."""
        people = self._people
        keys = {each.sha256: key(UNREADABLE, each.sha256) for each in unreadable}
        found = people.dynamo.get_all(people.table, keys.values()).values()
        known = {item["sk"]: unreadable_from_item(item) for item in found}
        for each in unreadable:
            known[each.sha256] = _merged(known.get(each.sha256), each)
        puts = [
            put(people.table, keys[name], unreadable_to_item(each)) for name, each in known.items()
        ]
        people.dynamo.write_all(puts)
        too_many = self.unreadable()[MAX_UNREADABLE:]
        gone = [delete(people.table, key(UNREADABLE, each.sha256)) for each in too_many]
        people.dynamo.write_all(gone)

    def unreadable(self) -> tuple[UnreadableEvent, ...]:
        """Return what was set aside, the newest first."""
        items = entries(self._people.dynamo, self._people.table, UNREADABLE)
        found = [unreadable_from_item(item) for item in items]
        return tuple(sorted(found, key=lambda each: each.last_at, reverse=True))

    def apply_to_readers(
        self, judge: JudgeReader, *, limit: int = 500
    ) -> tuple[tuple[Standing, Standing], ...]:
        """Judge up to ``limit`` addresses that new events speak of; return before and after."""
        return event_readers.apply_to_readers(self._people, judge, limit=limit)

    def apply_to_deliveries(
        self, judge: JudgeDelivery, *, limit: int = 500, only_new: bool = False
    ) -> tuple[tuple[DeliveryState, DeliveryState], ...]:
        """Judge up to ``limit`` deliveries that waiting events speak of; before and after."""
        return self._mails.apply(judge, limit=limit, only_new=only_new)

    def end_pauses(
        self, now: datetime, end: Callable[[Standing], Standing], *, limit: int = 500
    ) -> int:
        """Judge up to ``limit`` readers whose pause for bounces is over; return how many."""
        return event_readers.end_pauses(self._people, now, end, limit=limit)

    def count_waiting(self) -> int:
        """Count the events whose delivery is not known, or not settled, yet."""
        return self._mails.count()

    def was_kept(self, delivery_id: str) -> bool:
        """Tell whether any event of this delivery came in."""
        return delivery_id in heard_of(self._people, [delivery_id])

    def last_received_at(self) -> datetime | None:
        """Return when the last event came in: the proof that the stream is alive."""
        item = self._people.dynamo.get(self._people.table, LAST)
        return from_instant_or_none(item["received_at"]) if item else None

    def forget(self, before: datetime, *, quiet_before: datetime) -> int:
        """Delete old events, and those that speak of no trouble sooner; return how many."""
        return forget(self._people, before, quiet_before=quiet_before)


def heard_of(people: People, delivery_ids: Sequence[str]) -> Collection[str]:
    """Return those of these mails of which any event came in."""
    keys: dict[str, Any] = {each: mail_key(short(each)) for each in delivery_ids}
    items = people.dynamo.get_all(people.table, keys.values())
    return {each for each, place in keys.items() if stored_in(items.get((place["pk"], "V"), {}))}


def _merged(known: UnreadableEvent | None, new: UnreadableEvent) -> UnreadableEvent:
    if known is None:
        return new
    return UnreadableEvent(
        sha256=new.sha256,
        why=known.why,
        excerpt=known.excerpt,
        first_at=min(known.first_at, new.first_at),
        last_at=max(known.last_at, new.last_at),
        times=known.times + new.times,
    )
