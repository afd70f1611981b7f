"""What an answer is worth: the state of one category's batch, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from newsletter.errors import SourceError
from newsletter.model import Announcement, BatchState, SourceName
from newsletter.sources.feed_size import MAX_FEED_ENTRIES
from newsletter.sources.freshness import Past, why_stale

COMPLETE = frozenset({BatchState.FRESH, BatchState.QUIET})
"""States in which nothing is left to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state, and in one sentence why it is not FRESH.

    Attributes:
        is_other_day: the papers are not those of the day asked for.
    """

    state: BatchState
    detail: str = ""
    is_other_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an answer is judged beside.

    Attributes:
        is_announcement_day: whether a batch is expected.
        others: the same source's answers for the other categories.
        past: what the store knows of the answer's papers.
    """

    is_announcement_day: bool
    others: Sequence[Announcement]
    past: Past


def judge(answer: Announcement | SourceError, situation: Situation) -> Verdict:
    """Judge what a source said of one category on one day: the first thing wrong decides."""
    if isinstance(answer, SourceError):
        return Verdict(state=BatchState.FAILED, detail=str(answer))
    for find_fault in _FAULTS:
        fault = find_fault(answer, situation)
        if fault is not None:
            return fault
    return Verdict(state=BatchState.FRESH)


def why_other_day(answer: Announcement) -> str | None:
    """Return the sentence that the source itself states another day, if it does."""
    if answer.stated_on is None or answer.stated_on == answer.on:
        return None
    return f"the {answer.source} is of {answer.stated_on}, not of {answer.on}"


def why_cut(answer: Announcement) -> str | None:
    """Return the sentence that entries are missing, if they are."""
    found = len(answer.papers) + len(answer.set_aside)
    if answer.source is SourceName.FEED and found >= MAX_FEED_ENTRIES:
        return f"the feed is over-full: {found} entries are all it can hold, others are missing"
    if answer.stated_count is not None and found < answer.stated_count:
        return f"the {answer.source} gave {found} of {answer.stated_count} entries"
    return None


def answers_for_day(answer: Announcement, on: date) -> bool:
    """Tell whether this is a complete announcement of the day, so that it can repair another."""
    is_of_day = answer.on == on and why_other_day(answer) is None
    return is_of_day and bool(answer.papers) and why_cut(answer) is None


def is_empty_for_day(answer: Announcement) -> bool:
    """Tell whether the source itself states that this very day has no entries."""
    return answer.stated_on == answer.on and answer.stated_count == 0


def _other_day(answer: Announcement, _: Situation) -> Verdict | None:
    detail = why_other_day(answer)
    if detail is None or answer.stated_on is None:
        return None
    state = BatchState.WAITING if answer.stated_on < answer.on else BatchState.STALLED
    return Verdict(state=state, detail=detail, is_other_day=True)


def _empty(answer: Announcement, situation: Situation) -> Verdict | None:
    if answer.papers or answer.set_aside:
        return None
    if not situation.is_announcement_day:
        return Verdict(state=BatchState.QUIET, detail="nothing is announced on this day")
    if is_empty_for_day(answer):
        detail = f"the {answer.source} of this day has no entries"
        return Verdict(state=BatchState.QUIET, detail=detail)
    return Verdict(state=BatchState.WAITING, detail=f"the {answer.source} is still empty")


def _unreadable(answer: Announcement, _: Situation) -> Verdict | None:
    if answer.papers:
        return None
    detail = f"none of its {len(answer.set_aside)} entries could be read"
    return Verdict(state=BatchState.FAILED, detail=detail)


def _stale(answer: Announcement, situation: Situation) -> Verdict | None:
    if answer.source is not SourceName.FEED:
        return None
    why = why_stale(answer, others=situation.others, past=situation.past)
    if why is None:
        return None
    state = BatchState.STALLED if situation.is_announcement_day else BatchState.QUIET
    return Verdict(state=state, detail=f"the feed is stale: {why}", is_other_day=True)


def _cut(answer: Announcement, _: Situation) -> Verdict | None:
    detail = why_cut(answer)
    return Verdict(state=BatchState.STALLED, detail=detail) if detail else None


_FAULTS: tuple[Callable[[Announcement, Situation], Verdict | None], ...] = (
    _other_day,
    _empty,
    _unreadable,
    _stale,
    _cut,
)
