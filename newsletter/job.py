"""One issue, from fetch to delivery: the story on one page.

``fetch`` → ``plan`` (rank, choose, freeze) → ``summarise`` → ``deliver``. Every step can be run
alone, gives the same when it is run again, and picks up where it stopped.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Protocol

from newsletter.choosing import Chooser, Readers
from newsletter.delivery.plan import plan
from newsletter.delivery.schedule import Edition
from newsletter.house import House
from newsletter.model import (
    BatchState,
    DeliveryState,
    Entry,
    Issue,
    Paper,
    SourceName,
    Summary,
    SummaryRun,
)
from newsletter.ports import Clock, Ledger, PaperStore
from newsletter.ranking import Explanation, Ranking, RankingMethod
from newsletter.render.export_issue import HouseIssue
from newsletter.sources.collect import Collected
from newsletter.summaries.desk import Progress, SummaryDesk
from newsletter.summaries.wanted import Wanted, most_read_first
from subscribers.model import Subscriber

Assign = Callable[[Subscriber], Edition | None]
"""Say which edition a reader gets; None for none."""


Language = Callable[[str], str]
"""Give the language of summaries for readers of a language, both BCP 47."""

FindSummaries = Callable[[Sequence[Paper], str], Mapping[str, Summary]]
"""Find the summaries of papers for readers of a language, by paper id."""


class Collect(Protocol):
    """Read what was announced; ``bootstrap`` binds sources, calendar and clock."""

    def __call__(self, categories: Sequence[str], on: date, /) -> Collected:
        """Return papers and the completeness ledger's rows; raise ``SourceError``."""


class Job:
    """The daily job over its ports."""

    def __init__(
        self,
        *,
        papers: PaperStore,
        ledger: Ledger,
        method: RankingMethod,
        clock: Clock,
        deadline: timedelta | None = None,
    ) -> None:
        self._papers = papers
        self._ledger = ledger
        self._clock = clock
        self._chooser = Chooser(papers=papers, ledger=ledger, method=method, clock=clock)
        self._deadline = deadline

    def fetch(self, on: date, *, categories: Sequence[str], collect: Collect) -> Collected:
        """Read what was announced on ``on`` and store it; nothing is written when all fails."""
        collected = collect(categories, on)
        self._papers.save_announcement(collected.papers, collected.batches)
        return collected

    def is_complete(self, on: date, categories: Sequence[str]) -> bool:
        """Tell whether every one of these categories has been read whole for this day.

        What the sample invented for the day does not count.
        """
        whole = {
            batch.category
            for batch in self._papers.batches_between(on, on)
            if batch.state in (BatchState.FRESH, BatchState.QUIET)
            and batch.source is not SourceName.SAMPLE
        }
        return whole.issuperset(categories)

    def plan(self, edition: Edition, readers: Readers) -> Issue | None:
        """Choose papers for each reader and freeze the choice; None when nothing was announced.

        Planning again adds readers who are new and changes nothing else. What a reader was to
        get in the week before, and did not, is in the choice again.
        """
        chosen = self._chooser.choose(edition, readers)
        if chosen is None:
            return None
        issue, choices = chosen
        plan(issue, choices, ledger=self._ledger)
        return issue

    def plan_editions(self, readers: Readers, assign: Assign) -> tuple[Issue, ...]:
        """Plan the edition that ``assign`` gives each reader; oldest first, empty ones left out.

        Mails of earlier issues that are too late by now are given up before.
        """
        self._give_up_overdue()
        editions = sorted({each for reader in readers() if (each := assign(reader)) is not None})
        issues = (self.plan(each, partial(_assigned, readers, assign, each)) for each in editions)
        return tuple(issue for issue in issues if issue is not None)

    def wanted(
        self,
        issues: Sequence[Issue],
        readers: Readers,
        *,
        language: Language,
        house: House | None = None,
        days: Sequence[date] = (),
    ) -> tuple[Wanted, ...]:
        """Return the distinct picks of what is still to be sent, those of most readers first.

        With ``house`` also the papers of its own issue, on ``days`` too: for the pages, the feeds
        and the export.
        """
        languages = {reader.id: language(reader.language) for reader in readers()}
        readers_of = Counter(self._picks(issues, languages))
        if house is not None:
            all_days = sorted({*days, *(issue.last_on for issue in issues)})
            entries = chain.from_iterable(self._house_entries(day, house) for day in all_days)
            tag = language(house.language)
            readers_of.update((entry.paper.id, tag) for entry in entries)
        papers = self._papers.known_papers(sorted({paper_id for paper_id, _ in readers_of}))
        return most_read_first(readers_of, papers)

    def summarise(
        self,
        wanted: Sequence[Wanted],
        issues: Sequence[Issue],
        *,
        desk: SummaryDesk,
        on_progress: Progress | None = None,
    ) -> SummaryRun:
        """Have the picks summarised that are not yet, each once; no mail waits for more."""
        among = {
            paper.id: paper
            for issue in issues
            for paper in self._announced(issue.first_on, issue.last_on)
        }
        return desk.run(wanted, among=tuple(among.values()), on_progress=on_progress)

    def house_issue(
        self,
        on: date,
        house: House,
        *,
        limit: int | None = None,
        summaries: FindSummaries | None = None,
    ) -> HouseIssue:
        """Rank one day by the house's interests; ``limit`` as in ``DayRanker.rank``."""
        papers = self._announced(on, on)
        ranker = self._chooser.ranker(papers, [house.interests], on)
        ranking = ranker.rank(house.interests, limit=limit)
        return HouseIssue(
            issue=self._chooser.issue(f"{on}-daily", papers, on, on),
            entries=_summarised(_entries(ranking), summaries, house.language),
            matched=ranking.matched,
            interests=house.interests,
            generated_at=self._clock(),
            title=house.title,
            site_url=house.site_url,
        )

    def latest_for(self, reader: Subscriber, *, limit: int) -> tuple[Entry, ...]:
        """Return what the latest announcement has for a reader, best first; nothing is kept."""
        on = self._papers.last_issue_day()
        papers = self._announced(on, on) if on else ()
        if on is None or not papers:
            return ()
        ranker = self._chooser.ranker(papers, [reader.interests], on)
        return _entries(ranker.rank(reader.interests, limit=limit))

    def explain(self, paper_id: str, on: date, reader: Subscriber) -> Explanation:
        """Say why a paper of this day is, or is not, chosen for a reader."""
        ranker = self._chooser.ranker(self._announced(on, on), [reader.interests], on)
        shown = self._ledger.shown_papers([reader.id]).get(reader.id, frozenset())
        return ranker.explain(reader.interests, paper_id, shown=shown)

    def _picks(
        self, issues: Sequence[Issue], languages: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Yield (paper id, language) for each pick of each mail that is still to be sent."""
        for issue in issues:
            for delivery in self._ledger.deliveries(issue.id, state=DeliveryState.PLANNED):
                language = languages.get(delivery.subscriber_id)
                if language is not None:
                    yield from ((pick.paper_id, language) for pick in delivery.picks)

    def _house_entries(self, on: date, house: House) -> tuple[Entry, ...]:
        ranker = self._chooser.ranker(self._announced(on, on), [house.interests], on)
        return _entries(ranker.rank(house.interests))

    def _give_up_overdue(self) -> None:
        now = self._clock()
        self._ledger.expire_leases(now)
        if self._deadline is not None:
            self._ledger.skip_overdue(now - self._deadline)

    def _announced(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        return self._papers.papers_between(first_on, last_on)


def _assigned(readers: Readers, assign: Assign, edition: Edition) -> Iterator[Subscriber]:
    return (reader for reader in readers() if assign(reader) == edition)


def _entries(ranking: Ranking) -> tuple[Entry, ...]:
    return tuple(
        Entry(rank=rank, paper=paper, score=score)
        for rank, (paper, score) in enumerate(ranking.top, start=1)
    )


def _summarised(
    entries: Sequence[Entry], summaries: FindSummaries | None, language: str
) -> tuple[Entry, ...]:
    if summaries is None:
        return tuple(entries)
    found = summaries([entry.paper for entry in entries], language)
    return tuple(replace(entry, summary=found.get(entry.paper.id)) for entry in entries)
