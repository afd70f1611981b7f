"""The words of the job: from Paper to Delivery. Values only, no behaviour beyond what is derived.

Instants are UTC and end in ``_at``; days are arXiv's (US Eastern) and end in ``_on``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from subscribers.interests import AnnounceType
from subscribers.model import Subscriber

__all__ = [
    "AnnounceType",
    "Announcement",
    "Batch",
    "BatchState",
    "Claim",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Entry",
    "Envelope",
    "Issue",
    "IssueState",
    "Message",
    "Paper",
    "Pick",
    "Reason",
    "ReasonKind",
    "Receipt",
    "Score",
    "SetAside",
    "Signal",
    "SkipReason",
    "SourceName",
]

_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)


class SourceName(StrEnum):
    """Where an announcement was read."""

    FEED = "feed"
    LISTING = "listing"
    SEARCH = "search"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as arXiv announced it.

    Attributes:
        id: without version: ``2411.01234``, ``hep-th/9901001``.
        version: 1 or more.
        title, abstract: Unicode, TeX resolved; paragraphs of the abstract are separated
            by a blank line.
        title_tex, abstract_tex: as arXiv wrote them, the same paragraphs.
        authors: in the paper's order, accents resolved.
        categories: primary first when known.
        announce_type: the strongest of ``announced_in``.
        announced_in: each category it was read in, with the type it had there.
        announced_on: the day arXiv announced it.
        issue_on: the day whose issue considers it; later than ``announced_on`` when it was late.
        submitted_at: of version 1; None when the source does not say.
        comment, journal_ref, doi: the authors' notes, TeX resolved; None when there is none.
        acceptance: where it was accepted, out of the comment: ``NeurIPS 2026``.
        code_url: a repository named in the abstract or comment.
    """

    id: str
    version: int
    title: str
    abstract: str
    title_tex: str
    abstract_tex: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    announce_type: AnnounceType
    announced_in: tuple[tuple[str, AnnounceType], ...]
    announced_on: date
    issue_on: date
    submitted_at: datetime | None = None
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    acceptance: str | None = None
    code_url: str | None = None

    @property
    def late(self) -> bool:
        """Tell whether we met the paper after the day arXiv announced it."""
        return self.issue_on > self.announced_on

    @property
    def withdrawn(self) -> bool:
        """Tell whether the comment says that the authors took the paper back."""
        return self.comment is not None and _WITHDRAWN.search(self.comment) is not None

    @property
    def versioned_id(self) -> str:
        """Return the id with its version: ``2411.01234v2``."""
        return f"{self.id}v{self.version}"

    @property
    def url(self) -> str:
        """Return the abstract page. PDFs are linked, never served by us."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """Return arXiv's own PDF of this version."""
        return f"https://arxiv.org/pdf/{self.versioned_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One entry that could not be understood; the rest of its announcement stands.

    Attributes:
        entry: the id, or the place in the document when there is no id.
        why: what is wrong with it.
    """

    entry: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one source says about one category on one day; not yet judged.

    Attributes:
        category: as asked for.
        on: the announcement day asked for.
        papers: in the source's order; ``announced_in`` has just this category.
        stated_on: the day the source states; None for feeds, whose dates cannot be trusted.
        stated_count: how many entries the source says it has; None when it does not say.
        set_aside: entries that could not be read.
    """

    category: str
    on: date
    source: SourceName
    papers: tuple[Paper, ...]
    stated_on: date | None = None
    stated_count: int | None = None
    set_aside: tuple[SetAside, ...] = ()


class BatchState(StrEnum):
    """What is known about one category on one announcement day.

    FRESH: read and complete. WAITING: nothing yet, ask again. QUIET: nothing is announced on
    this day. STALLED: yesterday's, or cut short, and no other source filled in.
    FAILED: could not be read.
    """

    FRESH = "fresh"
    WAITING = "waiting"
    QUIET = "quiet"
    STALLED = "stalled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The completeness ledger's row: one category on one announcement day.

    Attributes:
        expected: how many entries the source says there are; None when it does not say.
        fetched: how many were read.
        unseen: how many of them had never been announced to us before.
        source: which source gave what stands; None when none did.
        detail: one sentence for the operator: what happened, what was repaired.
        set_aside: entries that could not be read.
    """

    category: str
    announced_on: date
    state: BatchState
    expected: int | None = None
    fetched: int = 0
    unseen: int = 0
    source: SourceName | None = None
    detail: str = ""
    set_aside: tuple[SetAside, ...] = ()


class Signal(StrEnum):
    """What a score is made of."""

    TEXT = "text"
    CATEGORY = "category"
    AUTHOR = "author"
    FEEDBACK = "feedback"


class ReasonKind(StrEnum):
    """Why a paper stands where it stands."""

    TITLE_KEYWORD = "title_keyword"
    KEYWORD = "keyword"
    MUTED = "muted"
    AUTHOR = "author"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One true reason, made from a part of the score.

    Attributes:
        term: the keyword, author or category as the reader wrote it.
        value: what it added to the score; negative for a mute.
    """

    kind: ReasonKind
    term: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well a paper fits a reader.

    Attributes:
        value: the sum of ``parts``.
        parts: signal → share; only signals that contributed.
        reasons: strongest first; their values sum to ``value``.
        pinned: a followed author's paper: ranks above all that are not.
    """

    value: float
    parts: Mapping[Signal, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A paper chosen for a reader, frozen when the issue is planned."""

    paper_id: str
    version: int
    score: Score


class IssueState(StrEnum):
    """Whether deliveries of an issue may be claimed: only while OPEN."""

    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What was announced, and is now being sent.

    Attributes:
        id: ``2026-11-20-daily`` or ``2026-11-20-weekly``; from the scheduled day, never from now.
        first_on, last_on: the announcement days it covers, both included.
        announced: how many papers were considered.
        batches: the completeness ledger of its last day.
    """

    id: str
    first_on: date
    last_on: date
    announced: int
    batches: tuple[Batch, ...]
    state: IssueState
    created_at: datetime

    @property
    def missing_categories(self) -> tuple[str, ...]:
        """Name the categories whose announcement was not complete."""
        whole = (BatchState.FRESH, BatchState.QUIET)
        return tuple(sorted({b.category for b in self.batches if b.state not in whole}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper in a digest; ``rank`` starts at 1."""

    rank: int
    paper: Paper
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One reader's choice of an issue.

    Attributes:
        entries: by rank; scores do not increase, pinned ones first.
        matched: how many papers had anything the reader asked for.
        omitted: how many of the matched are not in ``entries``.
    """

    issue: Issue
    subscriber: Subscriber
    entries: tuple[Entry, ...]
    matched: int
    omitted: int


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
    """What became of a mail; the transitions stand in ``delivery.transitions``."""

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
        reason: why it was skipped, rejected or is unknown.
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
