"""What is being sent, and one reader's choice of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from newsletter.model.announcement import Batch, BatchState, Paper
from newsletter.model.score import Score
from newsletter.model.summary import Summary
from subscribers.model import Subscriber


class IssueState(StrEnum):
    """Whether deliveries of an issue may be claimed: only while OPEN.

    An operator may pause an issue and open it again; one that is CANCELLED stays so.
    """

    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


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
class IssueProgress:
    """Where the sending of an issue stands, beside the states of its deliveries.

    Attributes:
        planned: how many deliveries were ever planned, counted apart from the rows themselves.
        parked_until: when what is parked may go on; None when nothing holds it.
        reason: why it is parked or paused.
    """

    state: IssueState
    planned: int
    parked_until: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper in a digest; ``rank`` starts at 1, ``summary`` is in the reader's language."""

    rank: int
    paper: Paper
    score: Score
    summary: Summary | None = None


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
