"""Events as items: all that came back about one mail is one item, each event an attribute of it.

Of who it is about only keyed hashes are kept, and nothing of what servers wrote.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from newsletter.model import BounceType, DeliveryEvent, EventKind, UnreadableEvent
from newsletter.stores.codec import (
    DECODE_ERRORS,
    from_instant,
    to_instant,
    to_text,
    to_text_or_none,
)
from newsletter.stores.dynamodb.faults import damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.tables import address_pk, key
from newsletter.stores.event_words import kept_word

MAX_EARLY: Final = timedelta(days=1)
MAX_MAIL_CHARS: Final = 200
UNTAGGED: Final = "@"
_PREFIX: Final = "e_"


class Stored(NamedTuple):
    """An event as it is stored.

    Attributes:
        name: of its attribute.
        item: its fields.
    """

    name: str
    item: Mapping[str, Any]

    @property
    def event(self) -> DeliveryEvent:
        """Read it; raise ``StoreError`` when it is damaged."""
        return _event(self.item)

    @property
    def received_at(self) -> datetime:
        """Return when it came in."""
        return from_instant(self.item["received_at"])

    @property
    def to(self) -> tuple[str, ...]:
        """Return the hashes of the addresses it speaks of."""
        return tuple(self.item["to"])


def mail_of(event: DeliveryEvent) -> str:
    """Return the mail an event is about: our id of it, or ``@`` and the provider's."""
    text = event.delivery_id or UNTAGGED + event.provider_id
    return short(to_text(text))


def untagged(provider_id: str) -> str:
    """Return the mail of events that have only the provider's id."""
    return short(to_text(UNTAGGED + provider_id))


def short(mail: str) -> str:
    """Return what fits into a key: no mail of ours is longer."""
    if len(mail) <= MAX_MAIL_CHARS:
        return mail
    return f"{mail[:1]}{sha256(mail.encode()).hexdigest()}"


def name_of(event: DeliveryEvent) -> str:
    """Return the attribute of an event, the same for each copy of it."""
    return _PREFIX + sha256(to_text(event.key).encode()).hexdigest()[:32]


def mail_key(mail: str) -> Item:
    """Return the key of what came back about a mail."""
    return key(f"V#{mail}", "V")


def heard_key(address_hash: str) -> Item:
    """Return the key of the mails of which there are events about an address."""
    return key(address_pk(address_hash), "E")


def stored_in(item: Item) -> tuple[Stored, ...]:
    """Return the events of a mail."""
    return tuple(
        Stored(name, value) for name, value in sorted(item.items()) if name.startswith(_PREFIX)
    )


def event_to_item(event: DeliveryEvent, *, received_at: datetime, to: Iterable[str]) -> Item:
    """Write an event; nothing can have happened long after it was received."""
    at = event.at if event.at - received_at <= MAX_EARLY else received_at
    fields = {
        "key": to_text(event.key),
        "kind": event.kind.value,
        "at": to_instant(at),
        "received_at": to_instant(received_at),
        "provider_id": to_text(event.provider_id),
        "delivery_id": to_text_or_none(event.delivery_id),
        "issue_id": to_text_or_none(event.issue_id),
        "attempt": event.attempt,
        "bounce_type": event.bounce_type.value if event.bounce_type else None,
        "subtype": kept_word(event.subtype),
        "feedback_type": kept_word(event.feedback_type),
        "to": sorted(to),
    }
    return {name: value for name, value in fields.items() if value is not None}


def unreadable_to_item(unreadable: UnreadableEvent) -> Item:
    """Write what was set aside."""
    return {
        "why": to_text(unreadable.why),
        "excerpt": to_text(unreadable.excerpt),
        "first_at": to_instant(unreadable.first_at),
        "last_at": to_instant(unreadable.last_at),
        "times": unreadable.times,
    }


def unreadable_from_item(item: Item) -> UnreadableEvent:
    """Read what ``unreadable_to_item`` wrote."""
    try:
        return UnreadableEvent(
            sha256=item["sk"],
            why=item["why"],
            excerpt=item["excerpt"],
            first_at=from_instant(item["first_at"]),
            last_at=from_instant(item["last_at"]),
            times=item["times"],
        )
    except DECODE_ERRORS as error:
        raise damaged("an unreadable event", error) from error


def _event(item: Item) -> DeliveryEvent:
    bounce_type = item.get("bounce_type")
    try:
        return DeliveryEvent(
            kind=EventKind(item["kind"]),
            key=item["key"],
            at=from_instant(item["at"]),
            provider_id=item["provider_id"],
            delivery_id=item.get("delivery_id"),
            issue_id=item.get("issue_id"),
            attempt=item.get("attempt"),
            bounce_type=BounceType(bounce_type) if bounce_type else None,
            subtype=item.get("subtype"),
            feedback_type=item.get("feedback_type"),
        )
    except DECODE_ERRORS as error:
        raise damaged("an event", error) from error
