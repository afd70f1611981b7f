"""Bring the word of events to mails: each judged with all that came back about it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from newsletter.model import Delivery, DeliveryEvent, DeliveryState
from newsletter.ports import JudgeDelivery
from newsletter.stores.dynamodb.actions import Action
from newsletter.stores.dynamodb.batches import write_each
from newsletter.stores.dynamodb.client import MOST_KEYS
from newsletter.stores.dynamodb.delivery_rows import DeliveryRows
from newsletter.stores.dynamodb.event_items import UNTAGGED, mail_key, stored_in, untagged
from newsletter.stores.dynamodb.event_lists import (
    FRESH,
    WAITING,
    cross_out,
    wait_for,
    waits_for,
)
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import work
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.tables import EXPIRES_AT

Judged = tuple[DeliveryState, DeliveryState]


class EventsOfMails:
    """The lists of events that wait for mails, and the mails."""

    def __init__(self, people: People, deliveries: DeliveryRows) -> None:
        self._dynamo = people.dynamo
        self._table = people.table
        self._deliveries = deliveries

    def apply(self, judge: JudgeDelivery, *, limit: int, only_new: bool) -> tuple[Judged, ...]:
        """Judge up to ``limit`` mails; what was tried in vain waits for a full round."""
        found, in_vain = self._waited_for(limit, only_new=only_new)
        judged = self._judge(tuple(found.values()), judge)
        if len(found) < limit:
            self._let_wait(in_vain)
        return judged

    def count(self) -> int:
        """Count the events that wait."""
        return sum(
            entry.get("events", 0)
            for name in (FRESH, WAITING)
            for entry in work(self._dynamo, self._table, name)
        )

    def _waited_for(
        self, limit: int, *, only_new: bool
    ) -> tuple[dict[str, Delivery], list[Mapping[str, Any]]]:
        """Return mails that may be judged, by id, and the new entries that have none."""
        found: dict[str, Delivery] = {}
        in_vain: list[Mapping[str, Any]] = []
        for name in (FRESH,) if only_new else (FRESH, WAITING):
            listed = work(self._dynamo, self._table, name)
            while len(found) < limit and (portion := list(islice(listed, MOST_KEYS))):
                known = self._find([entry["sk"] for entry in portion])
                for entry in portion:
                    delivery = known.get(entry["sk"])
                    if delivery is None or delivery.state is DeliveryState.SENDING:
                        in_vain += [entry] if name == FRESH else []
                    elif len(found) < limit:
                        found[delivery.id] = delivery
        return found, in_vain

    def _find(self, mails: Sequence[str]) -> dict[str, Delivery]:
        """Return the deliveries of mails, whichever way their events name them."""
        others = [mail.removeprefix(UNTAGGED) for mail in mails if mail.startswith(UNTAGGED)]
        named = self._deliveries.by_provider(others) if others else {}
        ids = {mail: mail for mail in mails if not mail.startswith(UNTAGGED)}
        ids |= {UNTAGGED + name: delivery_id for name, delivery_id in named.items()}
        found = self._deliveries.find(set(ids.values()))
        return {mail: found[each] for mail, each in ids.items() if each in found}

    def _items(self, mails: Sequence[str]) -> dict[str, Item]:
        items = self._dynamo.get_all(self._table, map(mail_key, mails)).values()
        return {str(item["pk"]).removeprefix("V#"): item for item in items}

    def _judge(self, deliveries: Sequence[Delivery], judge: JudgeDelivery) -> tuple[Judged, ...]:
        """Judge all before any is written; one is written with the crossing out, or not at all.

        One that was changed by others meanwhile is judged again the next time.
        """
        names = {each.id: tuple(_names_of(each)) for each in deliveries}
        all_names = [name for each in names.values() for name in each]
        waits = self._dynamo.get_all(self._table, waits_for(all_names))
        items = self._items(all_names)
        judged: dict[str, Judged] = {}
        groups: dict[str, tuple[Action, ...]] = {}
        for delivery in deliveries:
            change = judge(delivery, tuple(_events(items, names[delivery.id])))
            judged[delivery.id] = delivery.state, change.state if change else delivery.state
            written = self._deliveries.change_actions(delivery, change) if change else ()
            waited = (place for place in waits_for(names[delivery.id]))
            entries = [waits.get((place["pk"], place["sk"])) for place in waited]
            done = (cross_out(self._table, entry) for entry in entries if entry)
            groups[delivery.id] = (*written, *done)
        refused = set(write_each(self._dynamo, groups))
        return tuple(pair for name, pair in judged.items() if name not in refused)

    def _let_wait(self, in_vain: Sequence[Mapping[str, Any]]) -> None:
        """Move what was tried in vain to where only full rounds look."""
        groups = {
            entry["sk"]: (
                cross_out(self._table, entry),
                wait_for(
                    self._table,
                    WAITING,
                    entry["sk"],
                    count=entry["events"],
                    end=entry[EXPIRES_AT],
                ),
            )
            for entry in in_vain
        }
        write_each(self._dynamo, groups)


def _names_of(delivery: Delivery) -> Iterator[str]:
    """Yield the names under which events of a mail are kept."""
    yield delivery.id
    if delivery.provider_id is not None:
        yield untagged(delivery.provider_id)


def _events(items: Mapping[str, Item], names: Sequence[str]) -> Iterator[DeliveryEvent]:
    for name in names:
        yield from (stored.event for stored in stored_in(items.get(name, {})))
