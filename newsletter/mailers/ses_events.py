"""What SES reports back, in our words. Nothing that arrives here can raise.

Sources: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html (``notificationType``)
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from types import MappingProxyType

from newsletter.mailers.ses_envelopes import KIND_KEYS, MAX_KIND_CHARS, sha256_of, unwrap
from newsletter.model import (
    BounceType,
    DeliveryEvent,
    EventKind,
    EventRecipient,
    MalformedEvent,
    UnusedEvent,
)

ReadEvent = DeliveryEvent | UnusedEvent | MalformedEvent

DELIVERY_HEADER = "x-newsletter-delivery"
MAX_RECIPIENTS = 50
MAX_HEADERS = 200
MAX_ADDRESS_CHARS = 320
MAX_WORD_CHARS = 200
MAX_TEXT_CHARS = 500
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ATTEMPT = re.compile(r"[0-9]{1,6}")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
# Also what breaks lines or turns the direction of text, and halves of characters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Where an event of one kind keeps what.

    Attributes:
        section: the object that is there for this kind only.
        recipients: its list of recipients; None takes the mail's destinations.
        subtype, reason: keys in the section.
        bare: whether the section may be missing.
    """

    kind: EventKind
    section: str
    recipients: str | None = None
    subtype: str = ""
    reason: str = ""
    bare: bool = False


_SHAPES: Mapping[str, _Shape] = MappingProxyType(
    {
        "Send": _Shape(kind=EventKind.SENT, section="send", bare=True),
        "Delivery": _Shape(kind=EventKind.DELIVERED, section="delivery", recipients="recipients"),
        "DeliveryDelay": _Shape(
            kind=EventKind.DELAYED,
            section="deliveryDelay",
            recipients="delayedRecipients",
            subtype="delayType",
        ),
        "Bounce": _Shape(
            kind=EventKind.BOUNCED,
            section="bounce",
            recipients="bouncedRecipients",
            subtype="bounceSubType",
        ),
        "Complaint": _Shape(
            kind=EventKind.COMPLAINED,
            section="complaint",
            recipients="complainedRecipients",
            subtype="complaintSubType",
        ),
        "Reject": _Shape(kind=EventKind.REJECTED, section="reject", reason="reason", bare=True),
        "Rendering Failure": _Shape(
            kind=EventKind.REJECTED, section="failure", reason="errorMessage", bare=True
        ),
        "Subscription": _Shape(kind=EventKind.UNSUBSCRIBED, section="subscription"),
    }
)
"""SES's word → where to look. What is not here (Open, Click, new kinds) is not used."""


def read_events(payload: str | bytes) -> tuple[ReadEvent, ...]:
    """Read what came from SES, whatever it is wrapped in, in its order.

    Takes the SES event itself, an SNS or EventBridge envelope, the body of an SQS message, or a
    Lambda event with records. Never raises on bad input: see ``MalformedEvent``.
    """
    return tuple(
        _read(found, payload) if isinstance(found, Mapping) else found for found in unwrap(payload)
    )


def _read(event: Mapping[str, object], payload: str | bytes) -> ReadEvent:
    word = next((kind for key in KIND_KEYS if (kind := _text(event.get(key)))), "")
    mail = _mapping(event.get("mail"))
    provider_id = _text(mail.get("messageId"))
    shape = _SHAPES.get(word)
    if word and (shape is None or _is_welcome_back(event)):
        return UnusedEvent(provider_kind=word[:MAX_KIND_CHARS], provider_id=provider_id or None)
    section = _mapping(event.get(shape.section)) if shape else {}
    at = _instant(section.get("timestamp")) or _instant(mail.get("timestamp"))
    missing = _missing(shape, section, provider_id, at)
    if shape is None or at is None or missing:
        return MalformedEvent(why=f"{word} without {missing}".strip(), sha256=sha256_of(payload))
    return _make(shape, section, mail, at=at, provider_id=provider_id)


def _missing(
    shape: _Shape | None, section: Mapping[str, object], provider_id: str, at: datetime | None
) -> str:
    """Name the first thing without which the event says nothing; empty when all is there."""
    if shape is None:
        return "a kind"
    if not provider_id:
        return "mail.messageId"
    if not section and not shape.bare:
        return shape.section
    return "" if at else "a timestamp"


def _make(
    shape: _Shape,
    section: Mapping[str, object],
    mail: Mapping[str, object],
    *,
    at: datetime,
    provider_id: str,
) -> DeliveryEvent:
    listed = section.get(shape.recipients) if shape.recipients else mail.get("destination")
    recipients = tuple(_recipients(listed))
    is_bounce = shape.kind is EventKind.BOUNCED
    attempt = _tag(mail, "attempt")
    return DeliveryEvent(
        kind=shape.kind,
        key=_key(shape.kind, section, provider_id, at, recipients),
        at=at,
        provider_id=provider_id,
        delivery_id=_tag(mail, "delivery_id") or _delivery_header(mail),
        issue_id=_tag(mail, "issue"),
        attempt=int(attempt) if attempt and _ATTEMPT.fullmatch(attempt) else None,
        recipients=recipients,
        bounce_type=_bounce_type(section) if is_bounce else None,
        subtype=_text(section.get(shape.subtype)) or None,
        feedback_type=_text(section.get("complaintFeedbackType")).lower() or None,
        reason=_text(section.get(shape.reason), MAX_TEXT_CHARS) or None,
    )


def _key(
    kind: EventKind,
    section: Mapping[str, object],
    provider_id: str,
    at: datetime,
    recipients: Sequence[EventRecipient],
) -> str:
    feedback_id = _text(section.get("feedbackId"))
    if feedback_id:
        return f"{kind}:{feedback_id}"
    parts = [provider_id, at.isoformat(), *sorted(one.address for one in recipients)]
    return f"{kind}:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def _bounce_type(section: Mapping[str, object]) -> BounceType:
    try:
        return BounceType(_text(section.get("bounceType")).lower())
    except ValueError:
        return BounceType.UNDETERMINED


def _is_welcome_back(event: Mapping[str, object]) -> bool:
    """Tell whether a Subscription event has nobody leaving in it."""
    subscription = _mapping(event.get("subscription"))
    wishes = _mapping(subscription.get("newTopicPreferences"))
    topics = wishes.get("topicSubscriptionStatus")
    statuses = [
        _text(_mapping(topic).get("subscriptionStatus")).replace("_", "").lower()
        for topic in _list(topics)
    ]
    return bool(wishes) and wishes.get("unsubscribeAll") is not True and "optout" not in statuses


def _recipients(listed: object) -> Iterator[EventRecipient]:
    for one in _list(listed)[:MAX_RECIPIENTS]:
        stated = _mapping(one)
        address = _address(stated.get("emailAddress") if stated else one)
        if not address:
            continue
        status = _text(stated.get("status"))
        yield EventRecipient(
            address=address,
            status=status if _STATUS.fullmatch(status) else None,
            diagnostic=_text(stated.get("diagnosticCode"), MAX_TEXT_CHARS) or None,
        )


def _address(value: object) -> str:
    stated = _text(value, MAX_ADDRESS_CHARS + MAX_WORD_CHARS)
    bare = parseaddr(stated)[1] if "<" in stated else stated
    return bare if "@" in bare and len(bare) <= MAX_ADDRESS_CHARS else ""


def _tag(mail: Mapping[str, object], name: str) -> str | None:
    values = _list(_mapping(mail.get("tags")).get(name))
    first = values[0] if values else None
    return first if isinstance(first, str) and _TAG.fullmatch(first) else None


def _delivery_header(mail: Mapping[str, object]) -> str | None:
    """Find the id in the mail's own headers: notifications of an identity have no tags."""
    for header in map(_mapping, _list(mail.get("headers"))[:MAX_HEADERS]):
        if _text(header.get("name")).lower() == DELIVERY_HEADER:
            value = _text(header.get("value"))
            return value if _TAG.fullmatch(value) else None
    return None


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        stated = datetime.fromisoformat(value.strip())
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: object, max_chars: int = MAX_WORD_CHARS) -> str:
    if not isinstance(value, str):
        return ""
    return _CONTROL.sub(" ", value[: 2 * max_chars]).strip()[:max_chars]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
