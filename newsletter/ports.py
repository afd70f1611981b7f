"""What the job needs from outside: one protocol for each kind of thing that can be exchanged."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from newsletter.fanout_ports import BundleStore, ParcelQueue
from newsletter.ledger import Ledger, SendPace
from newsletter.model import (
    Announcement,
    Batch,
    Delivery,
    DeliveryChange,
    DeliveryEvent,
    DeliveryState,
    Envelope,
    KeptEvent,
    Paper,
    QueueMessage,
    Receipt,
    SourceName,
    UnreadableEvent,
)
from newsletter.slot_ports import ReaderPage, SlotStore
from newsletter.summary_ports import SourceText, Summarizer, SummaryStore
from subscribers.ports import (
    FeedbackStore,
    MoveStore,
    NoticeStore,
    ReaderStore,
    SubscriberStore,
    SuppressionStore,
)
from subscribers.suppression import Standing

__all__ = [
    "Archive",
    "ArchiveDay",
    "BundleStore",
    "Clock",
    "EventQueue",
    "EventStore",
    "Found",
    "Gate",
    "Ledger",
    "Mailer",
    "PaperCatalogue",
    "PaperLookup",
    "PaperStore",
    "ParcelQueue",
    "ReaderPage",
    "SendPace",
    "SlotStore",
    "Source",
    "SourceText",
    "Store",
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


class PaperCatalogue(Protocol):
    """Read papers and the completeness ledger."""

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        """Return the stored papers among these ids."""

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        """Return papers by ``issue_on``, both days included, ordered by id."""

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:
        """Yield the newest ``limit`` papers with ``issue_on`` before ``day``, newest first."""

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        """Return the ledger's rows, both days included, ordered by day and category."""


class PaperStore(PaperCatalogue, Protocol):
    """Keep papers and the completeness ledger."""

    def save_announcement(self, papers: Iterable[Paper], batches: Iterable[Batch]) -> None:
        """Write both in one transaction; a known id or (category, day) is replaced.

        Once anything real is written, what the sample invented is taken out.
        """

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

    def day_after(self, day: date) -> date | None:
        """Return the next day with papers."""

    def search(self, text: str, *, offset: int = 0, limit: int) -> Found:
        """Find papers with all words of ``text`` in title, authors or abstract; newest first.

        The last word may be the beginning of one. Any text is allowed; without a word in it,
        nothing is found.
        """


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
        self, judge: JudgeDelivery, *, limit: int = 500, only_new: bool = False
    ) -> tuple[tuple[DeliveryState, DeliveryState], ...]:
        """Judge up to ``limit`` deliveries that waiting events speak of, in one transaction.

        Events of deliveries that are unknown, or in SENDING, go on waiting; with ``only_new``
        those that have waited before are not looked at. Papers count as shown
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

    def forget(self, before: datetime, *, quiet_before: datetime) -> int:
        """Delete the events that were received before an instant; return how many.

        Those before the later instant ``quiet_before`` that tell of no trouble are deleted too,
        unless there is a bounce of the same address.
        """


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


class Store(Protocol):
    """Everything that is kept, by its ports. May be used from several threads."""

    @property
    def papers(self) -> PaperStore:
        """Return papers and the completeness ledger."""

    @property
    def archive(self) -> Archive:
        """Return what finds papers again."""

    @property
    def ledger(self) -> Ledger:
        """Return issues and deliveries."""

    @property
    def subscribers(self) -> SubscriberStore:
        """Return the people."""

    @property
    def events(self) -> EventStore:
        """Return what came back about mails."""

    @property
    def suppressions(self) -> SuppressionStore:
        """Return the addresses that get no mail."""

    @property
    def summaries(self) -> SummaryStore:
        """Return what papers say."""

    @property
    def slots(self) -> SlotStore:
        """Return local hours, and what of a day is done."""

    @property
    def readers(self) -> ReaderStore:
        """Return readers together with the proof of their wishes."""

    @property
    def notices(self) -> NoticeStore:
        """Return mails about subscriptions."""

    @property
    def moves(self) -> MoveStore:
        """Return changes of address."""

    @property
    def feedback(self) -> FeedbackStore:
        """Return votes."""

    def check(self) -> None:
        """Raise ``StoreError`` when it is known to be gone; asks nothing that takes long."""

    def close(self) -> None:
        """Close what is open; nothing may be used afterwards."""

    def __enter__(self) -> Self:
        """Lend itself to a block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
