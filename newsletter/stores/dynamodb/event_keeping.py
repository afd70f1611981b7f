"""Keep events, each once, together with what they leave to be done."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from newsletter.model import DeliveryEvent, EventKind
from newsletter.model.delivery_id import NOTICE_PREFIX
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb import event_lists as lists
from newsletter.stores.dynamodb.actions import MOST_ACTIONS, Action, update
from newsletter.stores.dynamodb.event_items import (
    event_to_item,
    heard_key,
    mail_key,
    mail_of,
    name_of,
)
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.people import People, repeated
from newsletter.stores.dynamodb.tables import EXPIRES_AT, expires_at, key
from subscribers.address import keyed_hash, parse
from subscribers.errors import InvalidAddressError

MOST_RECIPIENTS: Final = 45
"""Our mails have one recipient, and SES takes 50; this many fit into a transaction."""
KEPT_AT_MOST: Final = timedelta(days=120)
"""What nobody forgets goes by itself: longer than any event matters."""
LAST: Final = key("Z#heard", "Z")


@dataclass(slots=True)
class _Portion:
    """What some events write, merged by item.

    Attributes:
        events: by mail and attribute.
        news: by hash, new events.
        mails, bounces: by hash, mails.
    """

    events: dict[str, dict[str, Item]] = field(default_factory=lambda: defaultdict(dict))
    news: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mails: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    bounces: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, event: DeliveryEvent, item: Item) -> None:
        """Take an event in."""
        mail, name = mail_of(event), name_of(event)
        self.events[mail][name] = item
        for address_hash in item["to"]:
            self.news[address_hash].add(lists.news(mail, name))
            self.mails[address_hash].add(mail)
            if event.kind is EventKind.BOUNCED:
                self.bounces[address_hash].add(mail)

    def actions(self, table: str, received_at: datetime) -> Iterator[Action]:
        """Return the writes; refused when one of the events is there by now."""
        end = expires_at(received_at + KEPT_AT_MOST)
        for mail, events in self.events.items():
            yield _mail(table, mail, events, end=end)
            if not mail.startswith(NOTICE_PREFIX):
                # No issue has such a mail: it would be looked for every hour, in vain.
                yield lists.wait_for(table, lists.FRESH, mail, count=len(events), end=end)
            yield lists.note_kept(table, received_at.date(), mail, end=end)
        for address_hash, news in self.news.items():
            yield lists.hear_of(table, address_hash, news)
            yield self._heard(table, address_hash)

    def _heard(self, table: str, address_hash: str) -> Action:
        values = {"mails": frozenset(self.mails[address_hash])}
        if self.bounces[address_hash]:
            values["bounces"] = frozenset(self.bounces[address_hash])
        added = ", ".join(f"{name} :{name}" for name in values)
        return update(table, heard_key(address_hash), f"ADD {added}", values=values)


def keep(
    people: People, events: Sequence[DeliveryEvent], *, received_at: datetime
) -> tuple[DeliveryEvent, ...]:
    """Write events, about twenty in a transaction; return those that were not there yet.

    What a failure leaves unwritten is written when the same events come again.
    """
    received_at = received_at.astimezone(UTC)
    new: list[DeliveryEvent] = []
    for portion in _portions(events):
        new += repeated(partial(_keep, people, portion, received_at), wait=people.dynamo.wait)
    if new:
        _note_last(people, received_at)
    return tuple(new)


def _keep(
    people: People, events: Sequence[DeliveryEvent], received_at: datetime
) -> tuple[DeliveryEvent, ...]:
    dynamo, table = people.dynamo, people.table
    stored = dynamo.get_all(table, (mail_key(mail_of(event)) for event in events))
    new: dict[tuple[str, str], DeliveryEvent] = {}
    for event in events:
        mail, name = mail_of(event), name_of(event)
        if name not in stored.get((mail_key(mail)["pk"], "V"), {}):
            new.setdefault((mail, name), event)
    if not new:
        return ()
    portion = _Portion()
    for event in new.values():
        to = _recipients(people, event)
        portion.add(event, event_to_item(event, received_at=received_at, to=to))
    if received_at.date() not in people.days:
        dynamo.write(lists.note_day(table, received_at.date()))
        people.days.add(received_at.date())
    dynamo.transact(tuple(portion.actions(table, received_at)))
    return tuple(new.values())


def _mail(table: str, mail: str, events: Item, *, end: int) -> Action:
    names = {f"n{number}": name for number, name in enumerate(events)}
    values: dict[str, Any] = {f"v{number}": each for number, each in enumerate(events.values())}
    sets = [f"#n{number} = :v{number}" for number in range(len(events))]
    values |= {"tag": lists.new_tag(), "end": end}
    return update(
        table,
        mail_key(mail),
        f"SET tag = :tag, {EXPIRES_AT} = :end, {', '.join(sets)}",
        condition=" AND ".join(f"attribute_not_exists(#{short})" for short in names),
        values=values,
        names=names,
    )


def _portions(events: Sequence[DeliveryEvent]) -> Iterator[list[DeliveryEvent]]:
    """Yield as many events as one transaction surely holds."""
    portion: list[DeliveryEvent] = []
    size = 0
    for event in events:
        needs = 3 + 2 * min(len(event.recipients), MOST_RECIPIENTS)
        if portion and size + needs > MOST_ACTIONS:
            yield portion
            portion, size = [], 0
        portion.append(event)
        size += needs
    if portion:
        yield portion


def _recipients(people: People, event: DeliveryEvent) -> frozenset[str]:
    """Return the hashes of who it is about; what is no address of ours can be nobody's."""
    found = set()
    for recipient in event.recipients[:MOST_RECIPIENTS]:
        try:
            found.add(keyed_hash(parse(recipient.address), people.address_key))
        except InvalidAddressError:
            continue
    return frozenset(found)


def _note_last(people: People, received_at: datetime) -> None:
    """Note that events come in; a later instant stays."""
    noting = update(
        people.table,
        LAST,
        "SET received_at = :at",
        condition="attribute_not_exists(pk) OR received_at < :at",
        values={"at": to_instant(received_at)},
    )
    try:
        people.dynamo.write(noting)
    except ConditionFailedError:
        return
