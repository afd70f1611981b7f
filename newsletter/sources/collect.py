"""The completeness desk: what arXiv announced on one day, whichever source knows it.

First every category is read from its first source; then each is judged beside the others; what is
stale, cut, empty or failed is repaired from the other sources; missed days are caught up; and the
store says what was announced to us before. Nothing is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from newsletter.errors import SourceUnavailableError
from newsletter.model import Announcement, Batch, BatchState, Paper, SourceName
from newsletter.ports import PaperLookup, PaperStore, Source
from newsletter.sources.announcements import merge_papers
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.case import Case, open_case
from newsletter.sources.catch_up import LOOK_BACK, catch_up, missed_days
from newsletter.sources.enrich import enrich
from newsletter.sources.judging import Situation, judge
from newsletter.sources.known import settle, unseen_ids
from newsletter.sources.memory import Memory
from newsletter.sources.reading import Progress, Reader
from newsletter.sources.repair import repair

CATCH_UP_DAYS = 5
_SATURDAY = 5


class SourceChoice(StrEnum):
    """Which source to read; AUTO takes the first that has the day, and repairs from the others."""

    AUTO = "auto"
    FEED = "feed"
    LISTING = "listing"
    SEARCH = "search"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What belongs to one day's issue, to be written in one transaction.

    Attributes:
        papers: each once, ``issue_on`` the day asked for.
        batches: the ledger's rows, of the day itself and of days caught up.
    """

    papers: tuple[Paper, ...]
    batches: tuple[Batch, ...]


def collect(  # noqa: PLR0913  # all that the desk works with, by name
    categories: Sequence[str],
    on: date,
    *,
    choice: SourceChoice,
    sources: Mapping[SourceName, Source],
    store: PaperStore,
    calendar: AnnouncementCalendar,
    now: datetime,
    lookup: PaperLookup | None = None,
    catch_up_days: int = CATCH_UP_DAYS,
    progress: Progress | None = None,
) -> Collected:
    """Read, judge, repair and complete the announcements of ``on``.

    Run again for the same day it returns the same, or more.

    Args:
        categories: in the reader's or the house's order; papers come out in it.
        on: the announcement day.
        choice: FEED reads the feed as if it were that day's, for replays; LISTING, SEARCH and
            SAMPLE ask nobody else.
        sources: those there are; one that is missing is not asked.
        store: what was announced to us before; nothing is written.
        calendar: arXiv's days.
        now: a UTC instant; days before arXiv's newest cannot be in a feed.
        lookup: completes what feeds leave out, under AUTO.
        catch_up_days: at most so many missed days of a category are read, under AUTO and FEED.
        progress: called before each reading, with what is read: ``cs.AI from the feed``.

    Raises:
        SourceUnavailableError: no category could be read at all.
    """
    if choice is SourceChoice.AUTO and (why := _why_unread(on, now, calendar)):
        return Collected(papers=(), batches=_unread(categories, on, why))
    order = _order(choice, is_past=on < calendar.current_day(now))
    reader = Reader(sources, progress=progress)
    memory = Memory(store, on=on, calendar=calendar)
    cases = _read_all(categories, on, source=order[0], reader=reader, memory=memory)
    cases = tuple(repair(case, reader=reader, sources=order[1:]) for case in cases)
    _raise_if_nothing_was_read(cases)
    if choice in {SourceChoice.AUTO, SourceChoice.FEED}:
        rows = store.batches_between(on - LOOK_BACK, on)
        for category in categories:
            days = missed_days(category, on, rows=rows, calendar=calendar, at_most=catch_up_days)
            cases += tuple(catch_up(category, day, reader=reader) for day in days)
    collected = _settle_all(cases, on, store=store, calendar=calendar)
    if lookup is not None and choice is SourceChoice.AUTO:
        return replace(collected, papers=enrich(collected.papers, lookup))
    return collected


def _order(choice: SourceChoice, *, is_past: bool) -> tuple[SourceName, ...]:
    """Return the sources to ask, in order; a feed knows nothing of days past."""
    match choice:
        case SourceChoice.AUTO if is_past:
            return (SourceName.LISTING, SourceName.SEARCH)
        case SourceChoice.AUTO | SourceChoice.FEED:
            return (SourceName.FEED, SourceName.LISTING, SourceName.SEARCH)
        case _:
            return (SourceName(choice.value),)


def _why_unread(on: date, now: datetime, calendar: AnnouncementCalendar) -> BatchState | None:
    """Return the state of a day for which nobody needs to be asked; None for all others.

    A weekday on which nothing should be announced is read if it is today's: arXiv may decide
    otherwise.
    """
    today = calendar.today(now)
    if on > today:
        return BatchState.WAITING
    is_expected = calendar.is_announcement_day(on)
    is_weekend = on.weekday() >= _SATURDAY
    return None if is_expected or (on == today and not is_weekend) else BatchState.QUIET


def _unread(categories: Sequence[str], on: date, state: BatchState) -> tuple[Batch, ...]:
    is_quiet = state is BatchState.QUIET
    detail = "nothing is announced on this day" if is_quiet else "arXiv has not announced it yet"
    return tuple(
        Batch(category=category, announced_on=on, state=state, detail=detail)
        for category in categories
    )


def _read_all(
    categories: Sequence[str], on: date, *, source: SourceName, reader: Reader, memory: Memory
) -> tuple[Case, ...]:
    answers = {category: reader.read(source, category, on) for category in categories}
    cases: list[Case] = []
    for category, answer in answers.items():
        others = [
            other
            for name, other in answers.items()
            if name != category and isinstance(other, Announcement)
        ]
        situation = Situation(
            is_announcement_day=memory.is_announcement_day,
            others=others,
            past=memory.recall(answer),
        )
        verdict = judge(answer, situation)
        cases.append(open_case(category, on, answer=answer, verdict=verdict))
    return tuple(cases)


def _raise_if_nothing_was_read(cases: Sequence[Case]) -> None:
    if not cases or any(case.state is not BatchState.FAILED for case in cases):
        return
    error = cases[0].error
    names = ", ".join(case.category for case in cases)
    raise SourceUnavailableError(
        f"arXiv could not be read for {names}: {error or cases[0].detail}",
        retry_after_s=error.retry_after_s if error else None,
    )


def _settle_all(
    cases: Sequence[Case], on: date, *, store: PaperStore, calendar: AnnouncementCalendar
) -> Collected:
    """Merge all papers by id and set their days against what the store knows."""
    papers = merge_papers(
        paper for case in cases for paper in _dated_papers(case, on, calendar=calendar)
    )
    known = store.known_papers([paper.id for paper in papers])
    unseen = unseen_ids(papers, known=known, on=on)
    return Collected(
        papers=settle(papers, known=known, on=on),
        batches=tuple(case.as_batch(unseen) for case in cases),
    )


def _dated_papers(case: Case, on: date, *, calendar: AnnouncementCalendar) -> tuple[Paper, ...]:
    """Return its papers for the issue of ``on``; what was read too late keeps its own day."""
    before = calendar.previous_day(case.on)
    own = case.announcement.papers if case.announcement else ()
    return (
        *(replace(paper, announced_on=case.on, issue_on=on) for paper in own),
        *(replace(paper, announced_on=before, issue_on=on) for paper in case.late),
    )
