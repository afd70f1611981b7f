"""What the job needs from outside: one protocol for each kind of thing that can be exchanged."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from newsletter.model import (
    Announcement,
    Batch,
    Claim,
    Delivery,
    DeliveryChange,
    DeliveryEvent,
    DeliveryState,
    Envelope,
    Issue,
    IssueProgress,
    IssueState,
    KeptEvent,
    Paper,
    QueueMessage,
    Receipt,
    Settlement,
    SkipReason,
    SourceName,
    UnreadableEvent,
)
from newsletter.summary_ports import SourceText, Summarizer, SummaryStore
from subscribers.ports import SubscriberStore, SuppressionStore
from subscribers.suppression import Standing

__all__ = [
    "Archive",
    "ArchiveDay",
    "Clock",
    "EventQueue",
    "EventStore",
    "Found",
    "Gate",
    "Ledger",
    "Mailer",
    "PaperLookup",
    "PaperStore",
    "SendPace",
    "Source",
    "SourceText",
    "SubscriberStore",
    "Summarizer",
    "SummaryStore",
    "SuppressionStore",
]


class Clock(Protocol):
    """Tell the time in UTC."""

    def __call__(self) -> datetime:
        """Return now, with its time zone."""


class Gate(Protocol):
    """Keep the pace that arXiv asks for, over all processes of this machine."""

    def wait(self) -> None:
        """Return when the next request may start, and count it."""

    def hold(self, seconds: float) -> None:
        """Let no request start for this long: the other side asked us to wait."""


class Source(Protocol):
    """Read announcements."""

    @property
    def name(self) -> SourceName:
        """Say which source this is."""

    def read(self, category: str, on: date) -> Announcement:
        """Read what was announced in ``category`` on the announcement day ``on``.

        Raises:
            SourceError: it could not be read; see ``errors`` for the kinds.
        """


class PaperLookup(Protocol):
    """Find papers by id, with clean author names and comments."""

    def look_up(self, paper_ids: Sequence[str]) -> Mapping[str, Paper]:
        """Return the papers that were found, by id; raise ``SourceError`` when nobody answers."""


class PaperStore(Protocol):
    """Keep papers and the completeness ledger."""

    def save_announcement(self, papers: Iterable[Paper], batches: Iterable[Batch]) -> None:
        """Write both in one transaction; a known id or (category, day) is replaced."""

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        """Return the stored papers among these ids."""

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        """Return papers by ``issue_on``, both days included, ordered by id."""

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:
        """Yield the newest ``limit`` papers with ``issue_on`` before ``day``, newest first."""

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        """Return the ledger's rows, both days included, ordered by day and category."""

    def last_issue_day(self) -> date | None:
        """Return the newest ``issue_on`` in the store."""


class ArchiveDay(NamedTuple):
    """A day with papers, by ``issue_on``, and how many."""

    on: date
    papers: int


class Found(NamedTuple):
    """One page of what was found.

    Attributes:
        papers: of this page.
        total: of all pages.
        is_more: there are more than ``total``, which nobody counted.
    """

    papers: tuple[Paper, ...]
    total: int
    is_more: bool


class Archive(Protocol):
    """Find stored papers again."""

    def revision(self) -> str:
        """Return a text that is another one after each change of a paper."""

    def days(self, *, before: date | None = None, limit: int) -> tuple[ArchiveDay, ...]:
        """Return the days with papers, newest first, and how many each has."""

    def search(self, text: str, *, offset: int = 0, limit: int) -> Found:
        """Find papers with all words of ``text`` in title, authors or abstract; newest first.

        The last word may be the beginning of one. Any text is allowed; without a word in it,
        nothing is found.
        """


class Ledger(Protocol):
    """Keep issues and deliveries: never twice, never lost.

    Every write is durable when the call returns.
    """

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write the issue and those of its deliveries that are not there yet, in one transaction.

        Returns how many rows were new; rows that exist keep their picks and state. New rows
        count as planned at ``issue.created_at`` and open an issue again that was DONE; one that
        is PAUSED stays so, and rows of one that is CANCELLED are SKIPPED.
        """

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue of this id."""

    def latest_issue(self) -> Issue | None:
        """Return the issue with the newest ``last_on``."""

    def unfinished_issues(self) -> tuple[Issue, ...]:
        """Return the OPEN issues with deliveries still to be sent or parked, oldest first."""

    def progress(self, issue_id: str) -> IssueProgress | None:
        """Return where the sending of this issue stands; None when there is none of this id."""

    def set_issue_state(
        self, issue_id: str, state: IssueState, *, reason: str | None = None
    ) -> None:
        """Open, pause or close an issue, and say why."""

    def close_finished(self, issue_id: str) -> bool:
        """Move an OPEN issue with nothing left to send to DONE; tell whether it was moved."""

    def cancel(self, issue_id: str) -> int:
        """Cancel an issue: what is PLANNED or PARKED is SKIPPED; return how many."""

    def claim(
        self,
        issue_id: str,
        *,
        limit: int,
        lease_until: datetime,
        only: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Move up to ``limit`` deliveries from PLANNED to SENDING, attempt + 1, and return them.

        With ``only``, none but deliveries of these ids.

        The least tried come first, so that one that is handed back hides no other. In the same
        transaction the issue must be OPEN, and each subscriber is read again: one who is no
        longer ACTIVE moves the delivery to SKIPPED instead. An empty answer means that nothing
        is left to claim.
        """

    def settle(
        self,
        claim: Claim,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        reason: str | None = None,
        body_sha256: str | None = None,
    ) -> bool:
        """Record what became of a claim; on SENT its papers count as shown to the reader.

        Returns False, and writes nothing, when the row is no longer this claim's
        (same attempt, still SENDING).
        """

    def settle_all(self, settlements: Sequence[Settlement]) -> tuple[bool, ...]:
        """Record several at once, in one durable transaction; answer for each as ``settle``."""

    def skip(self, delivery_id: str, reason: SkipReason) -> None:
        """Move a PLANNED delivery to SKIPPED."""

    def skip_overdue(self, planned_before: datetime) -> int:
        """Move what was planned before this and is PLANNED or PARKED to SKIPPED(past_deadline).

        Returns how many, of all issues.
        """

    def expire_leases(self, now: datetime) -> int:
        """Move SENDING deliveries whose lease ran out to UNKNOWN; return how many."""

    def park(self, issue_id: str, *, until: datetime, reason: str) -> int:
        """Move what is PLANNED of an issue to PARKED; return how many.

        ``release`` does nothing before ``until``.
        """

    def release(self, issue_id: str, *, now: datetime | None = None) -> int:
        """Move what is PARKED back to PLANNED, if it may go on by ``now``; return how many.

        Without ``now``, whatever time it was parked for: an operator says so.
        """

    def silent_unknown(
        self,
        issue_id: str,
        *,
        settled_after: datetime,
        settled_before: datetime,
        max_resends: int,
    ) -> tuple[str, ...]:
        """Return ids of UNKNOWN deliveries that no event speaks of although it should have.

        They became UNKNOWN between these instants and were sent again fewer than
        ``max_resends`` times; a mail of any issue that was accepted later has its event
        already, which proves that events do arrive.
        """

    def reset_unknown(
        self, delivery_ids: Sequence[str], *, at: datetime, reason: str, max_resends: int
    ) -> tuple[str, ...]:
        """Move UNKNOWN deliveries back to PLANNED: they are sent again, and may arrive twice.

        When and why is kept; their deadline begins anew. Returns the ids of those that were
        moved: left as they are those in another state, of a CANCELLED issue, or sent again
        ``max_resends`` times already.
        """

    def deliveries(
        self, issue_id: str, *, state: DeliveryState | None = None
    ) -> Iterator[Delivery]:
        """Yield the issue's deliveries ordered by id."""

    def count_by_state(self, issue_id: str) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries; states without any are left out."""

    def shown_papers(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers already sent to each of these readers."""

    def unsent_papers(
        self, subscriber_ids: Sequence[str], *, first_on: date, last_on: date
    ) -> Mapping[str, frozenset[str]]:
        """Return, for readers who have any, ids of papers that were chosen but never arrived.

        Those of issues with ``last_on`` between these days, both included, whose delivery was
        too late, refused, bounced or stayed UNKNOWN; without those shown by another issue.
        """

    def sends_since(self, at: datetime) -> tuple[int, datetime | None]:
        """Return how many mails of all issues were accepted since ``at``, and when the first."""


JudgeReader = Callable[[Standing, Sequence[KeptEvent]], Standing]
"""Say where an address stands after all events that are kept about it."""

JudgeDelivery = Callable[[Delivery, Sequence[DeliveryEvent]], DeliveryChange | None]
"""Say what all events of a delivery make of it; None leaves it alone."""


class EventStore(Protocol):
    """Keep what comes back about mails: first kept, then applied.

    Of addresses only keyed hashes are kept. Every write is durable when the call returns.
    """

    def keep(
        self, events: Sequence[DeliveryEvent], *, received_at: datetime
    ) -> tuple[DeliveryEvent, ...]:
        """Write the events in one transaction; return those that were not there yet.

        What is said to have happened more than a day after ``received_at`` is moved back to it.
        """

    def set_aside(self, unreadable: Sequence[UnreadableEvent]) -> None:
        """Keep what could not be understood; repetitions are counted, the oldest forgotten."""

    def unreadable(self) -> tuple[UnreadableEvent, ...]:
        """Return what was set aside, the newest first."""

    def apply_to_readers(
        self, judge: JudgeReader, *, limit: int = 500
    ) -> tuple[tuple[Standing, Standing], ...]:
        """Judge up to ``limit`` addresses that new events speak of, in one transaction.

        Returns the standing before and after of each; nothing when nothing is new.
        """

    def apply_to_deliveries(
        self, judge: JudgeDelivery, *, limit: int = 500
    ) -> tuple[tuple[DeliveryState, DeliveryState], ...]:
        """Judge up to ``limit`` deliveries that waiting events speak of, in one transaction.

        Events of deliveries that are unknown, or in SENDING, go on waiting. Papers count as shown
        in every state but REJECTED and BOUNCED. Returns the states before and after of each.
        """

    def end_pauses(
        self, now: datetime, end: Callable[[Standing], Standing], *, limit: int = 500
    ) -> int:
        """Judge up to ``limit`` readers whose pause for bounces is over; return how many."""

    def count_waiting(self) -> int:
        """Count the events whose delivery is not known, or not settled, yet."""

    def was_kept(self, delivery_id: str) -> bool:
        """Tell whether any event of this delivery came in, whether we know it or not."""

    def last_received_at(self) -> datetime | None:
        """Return when the last event came in: the proof that the stream is alive."""

    def forget(self, before: datetime) -> int:
        """Delete the events that were received before an instant; return how many."""


class EventQueue(Protocol):
    """Lend messages; those that are not deleted come again."""

    def receive(self, limit: int, *, wait_s: int) -> tuple[QueueMessage, ...]:
        """Return up to ``limit`` messages; wait up to ``wait_s`` seconds for the first one.

        Raises:
            EventQueueError: it cannot be read now.
            ConfigurationError: somebody has to set something right first.
        """

    def delete(self, messages: Sequence[QueueMessage]) -> int:
        """Delete messages that are kept elsewhere by now; return how many could not be."""


class SendPace(Protocol):
    """Keep one sending rate over all who send through the same account on this machine."""

    def reserve(self, count: int, *, per_second: float) -> tuple[float, ...]:
        """Reserve the next moments for ``count`` mails; return the seconds until each.

        In any one second there are never more than ``per_second`` of them, rounded up,
        whoever reserved them; fewer for a while after ``slow_down``.
        """

    def slow_down(self) -> None:
        """Halve the rate, which then recovers step by step; several calls in a second are one."""


class Mailer(Protocol):
    """Hand finished mails over. ``send`` may be called from several threads."""

    def send(self, envelope: Envelope) -> Receipt:
        """Hand one mail over.

        Raises:
            MailerError: see ``errors``; any other outcome than a receipt or a definite refusal
                is an ``OutcomeUnknownError``.
        """

    def close(self) -> None:
        """Finish connections; ``send`` may not be called afterwards."""
