"""What a simulated day is made of: readers, a ledger in memory, workers at one sending rate."""

import heapq
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from newsletter.fanout.hours import Hours
from newsletter.model import Issue, IssueState, Paper
from newsletter.model.slot import LocalHour, Slot
from newsletter.ports import ReaderPage
from newsletter.sources.calendar import AnnouncementCalendar
from subscribers.interests import Interests, Keyword
from subscribers.model import Cadence, Subscriber, SubscriberState
from tests.factories import make_paper

DAY = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 7, tzinfo=UTC)
HOURS = Hours(calendar=AnnouncementCalendar())
WORDS = [f"word{number}" for number in range(3_000)]
SES_PER_S = 500.0
WORKERS = 8
DOUBLED = 100
"""One parcel of so many comes twice."""


def make_papers(number: int, seed: int) -> list[Paper]:
    """Make papers of invented words, about as long as real ones."""
    draw = random.Random(seed)
    return [
        make_paper(
            seed * 1_000_000 % 90_000 + each,
            title=" ".join(draw.choices(WORDS, k=10)),
            abstract=" ".join(draw.choices(WORDS, k=170)),
            announced_on=DAY,
            issue_on=DAY,
        )
        for each in range(number)
    ]


def make_issue(papers: Sequence[Paper]) -> Issue:
    """Return the day's issue."""
    return Issue(
        id=f"{DAY}-daily", first_on=DAY, last_on=DAY, announced=len(papers), batches=(),
        state=IssueState.OPEN, created_at=NOW,
    )  # fmt: skip


class GeneratedSlots:
    """``SlotStore`` of one hour whose readers are made as they are asked for, and never held."""

    def __init__(self, readers: int, bundle: str) -> None:
        self._readers = readers
        self._bundle = bundle

    def hours(self) -> tuple[LocalHour, ...]:
        """Return the one hour."""
        return (LocalHour(timezone="UTC", hour=7),)

    def readers_in(
        self,
        hour: LocalHour,  # noqa: ARG002 - there is one
        *,
        after: str | None = None,
        limit: int,
    ) -> ReaderPage:
        """Make a page of readers."""
        first = int(after or 0)
        last = min(first + limit, self._readers)
        readers = tuple(_reader(number) for number in range(first, last))
        return ReaderPage(readers, str(last) if last < self._readers else None)

    def ready(self, _issue_id: str) -> str:
        """Return the bundle."""
        return self._bundle

    def progress(self, _announced_on: date) -> Mapping[Slot, str | None]:
        """Return nothing: all begins here."""
        return {}

    def note_progress(self, slot: Slot, *, after: str | None) -> None:
        """Forget it."""


class NothingShown:
    """The ledger as ranking asks it, of a service that is new."""

    def shown_papers(self, _ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return nothing."""
        return {}

    def unsent_papers(self, _ids: Sequence[str], **_days: date) -> Mapping[str, frozenset[str]]:
        """Return nothing."""
        return {}


@dataclass(slots=True)
class CountingQueue:
    """Count the messages, and drop them but for the first."""

    messages: int = 0
    content_bytes: int = 0
    first: str = ""

    def put_all(self, messages: Iterable[str]) -> None:
        """Count messages."""
        for message in messages:
            self.first = self.first or message
            self.messages += 1
            self.content_bytes += len(message)


class FastLedger:
    """Which deliveries were claimed: a bit for each, the fastest store there is."""

    def __init__(self, readers: int) -> None:
        self._claimed = bytearray(readers)
        self.refused = 0

    def claim(self, first: int, last: int) -> int:
        """Claim deliveries; return how many nobody had."""
        taken = self._claimed.count(1, first, last)
        self._claimed[first:last] = b"\x01" * (last - first)
        self.refused += taken
        return last - first - taken

    @property
    def sent(self) -> int:
        """Return how many were claimed, each once."""
        return self._claimed.count(1)


def send(readers: int, ledger: FastLedger, *, parcel: int, busy_s: float) -> tuple[float, float]:
    """Send everything; return how long it took and the workers' time together, in seconds.

    ``busy_s`` is what a worker needs for a parcel beside waiting for its turn.
    """
    free_at = [0.0] * WORKERS
    turn_at = worked_s = ended_at = 0.0
    for number, first in enumerate(range(0, readers, parcel)):
        for _ in range(2 if number % DOUBLED == 0 else 1):
            begins = heapq.heappop(free_at)
            mails = ledger.claim(first, min(first + parcel, readers))
            turn_at = max(turn_at, begins) + mails / SES_PER_S
            ends = max(begins + busy_s, turn_at)
            worked_s += ends - begins
            ended_at = max(ended_at, ends)
            heapq.heappush(free_at, ends)
    return ended_at, worked_s


def _reader(number: int) -> Subscriber:
    words = [WORDS[(number * 31 + each * 97) % len(WORDS)] for each in range(10)]
    return Subscriber(
        id=f"01{number:024d}",
        address=f"reader{number}@example.org",
        state=SubscriberState.ACTIVE,
        interests=Interests(
            categories=("cs.LG",), keywords=tuple(Keyword(phrase=word) for word in words)
        ),
        cadence=Cadence(send_at=time(7)),
        created_at=NOW,
    )
