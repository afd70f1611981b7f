"""The desk's world in memory: sources that say what they are told to, and a store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from newsletter.errors import SourceError
from newsletter.model import Announcement, AnnounceType, Batch, Paper, SourceName
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.collect import Collected, SourceChoice, collect
from tests.factories import make_paper

THURSDAY, FRIDAY, SATURDAY = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)
WEDNESDAY = date(2026, 11, 18)
CALENDAR = AnnouncementCalendar()


class MemoryStore:
    """A ``PaperStore`` of two dictionaries."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}
        self.batches: dict[tuple[str, date], Batch] = {}

    def save_announcement(self, papers: Iterable[Paper], batches: Iterable[Batch]) -> None:
        self.papers.update((paper.id, paper) for paper in papers)
        self.batches.update(((row.category, row.announced_on), row) for row in batches)

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        return {one: self.papers[one] for one in paper_ids if one in self.papers}

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        return tuple(p for p in self.papers.values() if first_on <= p.issue_on <= last_on)

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:
        raise NotImplementedError

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        rows = self.batches.values()
        return tuple(row for row in rows if first_on <= row.announced_on <= last_on)

    def last_issue_day(self) -> date | None:
        return max((paper.issue_on for paper in self.papers.values()), default=None)


class ToldSource:
    """A ``Source`` that answers each (category, day) as told, and remembers who asked."""

    def __init__(self, name: SourceName) -> None:
        self.name = name
        self.answers: dict[tuple[str, date], Announcement | SourceError] = {}
        self.asked: list[tuple[str, date]] = []

    def tell(self, category: str, on: date, papers: Iterable[Paper] = (), **fields: Any) -> None:
        self.answers[category, on] = Announcement(
            category=category,
            on=on,
            source=self.name,
            papers=tuple(papers),
            **fields,
        )

    def refuse(self, category: str, on: date, error: SourceError) -> None:
        self.answers[category, on] = error

    def read(self, category: str, on: date) -> Announcement:
        self.asked.append((category, on))
        answer = self.answers.get((category, on)) or Announcement(
            category=category, on=on, source=self.name, papers=()
        )
        if isinstance(answer, SourceError):
            raise answer
        return answer


class Desk:
    """Feed, listing, search and store, with one call to collect."""

    def __init__(self) -> None:
        self.feed = ToldSource(SourceName.FEED)
        self.listing = ToldSource(SourceName.LISTING)
        self.search = ToldSource(SourceName.SEARCH)
        self.store = MemoryStore()
        self.progress: list[str] = []

    def collect(
        self, on: date = FRIDAY, *categories: str, choice: str = "auto", **options: Any
    ) -> Collected:
        """Collect at six in the morning of the newest day, Friday, unless told otherwise."""
        sources = (self.feed, self.listing, self.search)
        return collect(
            categories or ("cs.LG", "cs.AI"),
            on,
            choice=SourceChoice(choice),
            sources={source.name: source for source in sources},
            store=self.store,
            calendar=CALENDAR,
            now=options.pop("now", datetime(2026, 11, 20, 6, tzinfo=UTC)),
            progress=self.progress.append,
            **options,
        )

    def collect_and_save(self, on: date = FRIDAY, *categories: str, **options: Any) -> Collected:
        collected = self.collect(on, *categories, **options)
        self.store.save_announcement(collected.papers, collected.batches)
        return collected


def papers(
    category: str,
    numbers: Sequence[int],
    on: date = FRIDAY,
    *,
    kind: AnnounceType = AnnounceType.NEW,
    **fields: Any,
) -> tuple[Paper, ...]:
    """Papers of one type in one category, as a source gives them."""
    return tuple(
        make_paper(
            number,
            announce_type=kind,
            announced_in=((category, kind),),
            categories=(category,) if kind is AnnounceType.NEW else ("cs.XX", category),
            announced_on=on,
            issue_on=on,
            **fields,
        )
        for number in numbers
    )
