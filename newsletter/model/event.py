"""What a provider tells us later about a mail it accepted.

Every text in these values comes from outside: bounded and without control characters, but never
to be believed, and with addresses in it: not for logs.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.delivery import DeliveryState


class EventKind(StrEnum):
    """What happened to a mail.

    SENT: the provider took it on. DELIVERED: the recipient's server took it. DELAYED: it is being
    tried again. BOUNCED: it will not arrive, or an answer came back. COMPLAINED: the recipient
    says it is spam. REJECTED: the provider did not try. UNSUBSCRIBED: the recipient left through
    the provider.
    """

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    UNSUBSCRIBED = "unsubscribed"


class BounceType(StrEnum):
    """How sure it is that an address takes no mail."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecipient:
    """One recipient an event speaks of.

    Attributes:
        address: bare, as the provider writes it: not normalised.
        status: RFC 3463 code, ``5.1.1``; None when the event has none.
        diagnostic: what the recipient's server said; None when the event has none.
    """

    address: str
    status: str | None = None
    diagnostic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """One event of one mail, in our words.

    Attributes:
        key: the same for every copy of the event, different for any other; holds no address.
        at: when it happened.
        provider_id: as in the mail's ``Receipt``.
        delivery_id, issue_id, attempt: the mail's tags; None when the event does not carry them.
        recipients: those the event speaks of, in the provider's order.
        bounce_type: of BOUNCED events, else None.
        subtype: of BOUNCED (``MailboxFull``), DELAYED (its delay type) and COMPLAINED events.
        feedback_type: of COMPLAINED events, lower case: ``abuse``, ``not-spam``.
        reason: of REJECTED events.
    """

    kind: EventKind
    key: str
    at: datetime
    provider_id: str
    delivery_id: str | None = None
    issue_id: str | None = None
    attempt: int | None = None
    recipients: tuple[EventRecipient, ...] = ()
    bounce_type: BounceType | None = None
    subtype: str | None = None
    feedback_type: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedEvent:
    """A well-formed event that changes nothing: a kind we do not know or do not act on.

    Attributes:
        provider_kind: the provider's word for it.
        provider_id: of the mail; None when it is about no mail.
    """

    provider_kind: str
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedEvent:
    """Something that came as an event and is none.

    Attributes:
        why: what is wrong with it, without any of its text.
        sha256: of the whole payload it came in, hexadecimal, to tell repetitions.
    """

    why: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvent:
    """An event as the store keeps it: without addresses, texts and diagnostics.

    Attributes:
        is_new: whether it was not acted upon yet.
    """

    event: DeliveryEvent
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """What the events of a delivery make of it.

    Attributes:
        reason: replaces the delivery's.
        provider_id, accepted_at: of the first event; kept where the delivery has none, or a later.
    """

    state: DeliveryState
    reason: str | None
    provider_id: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """A message out of a queue of events.

    Attributes:
        receipt: what the queue wants to hear to delete it; good for this reception only.
    """

    body: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableEvent:
    """Something that came as an event, was not understood, and is kept for an operator.

    Attributes:
        sha256: of the whole payload.
        why: what is wrong with it.
        excerpt: its beginning, with addresses masked.
        first_at, last_at: when it came; ``times`` how often.
    """

    sha256: str
    why: str
    excerpt: str
    first_at: datetime
    last_at: datetime
    times: int
