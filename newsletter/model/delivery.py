"""A mail, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.score import Pick
from subscribers.model import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The mail of one digest, before it becomes bytes.

    Attributes:
        sender, reply_to: ``Name <address>``.
        recipient: one bare address.
        headers: further headers in order, each value printable ASCII on one line.
    """

    delivery_id: str
    sender: str
    reply_to: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def html_bytes(self) -> int:
        """Return the size of the HTML in UTF-8."""
        return len(self.html.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a mailer hands over: finished bytes and where they go.

    Attributes:
        sender, recipient: bare addresses of the envelope.
        raw: the whole message, CRLF line ends.
        attempt: 1 for the first try.
    """

    delivery_id: str
    issue_id: str
    attempt: int
    sender: str
    recipient: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A provider's word that it accepted a mail."""

    provider_id: str
    accepted_at: datetime


class DeliveryState(StrEnum):
    """What became of a mail; the transitions stand in ``model.transitions``."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    PARKED = "parked"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why no mail was sent: something to expect, not an error."""

    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    PENDING = "pending"
    REMOVED = "removed"
    NOTHING_TO_SAY = "nothing_to_say"
    PAST_DEADLINE = "past_deadline"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The ledger's row: one issue for one subscriber.

    Attributes:
        id: derived from issue and subscriber, so that planning twice makes the same row.
        picks: frozen when planned, best first.
        matched: how many papers matched, for the digest's statistics.
        attempt: how many times it was claimed.
        lease_until: while SENDING, when the claim runs out.
        provider_id: the provider's message id, once accepted.
        reason: why it was skipped, rejected or is unknown; of one that was handed back, why it was
            not sent when it was tried last.
        body_sha256: of the bytes that were handed over, hexadecimal.
    """

    id: str
    issue_id: str
    subscriber_id: str
    picks: tuple[Pick, ...]
    matched: int
    state: DeliveryState = DeliveryState.PLANNED
    attempt: int = 0
    lease_until: datetime | None = None
    provider_id: str | None = None
    reason: str | None = None
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that is ours to send now, with the subscriber as they are at this moment."""

    delivery: Delivery
    subscriber: Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claim, to be recorded.

    Attributes:
        at: when it was known; without it an UNKNOWN mail waits for the operator.
        receipt: of a mail that is SENT.
        reason: why it is not.
        body_sha256: of the bytes that were handed over, hexadecimal.
    """

    claim: Claim
    state: DeliveryState
    at: datetime | None = None
    receipt: Receipt | None = None
    reason: str | None = None
    body_sha256: str | None = None
