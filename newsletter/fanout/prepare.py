"""Prepare an announcement day: read it, have it summarised, write its bundles."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from newsletter.choosing import HISTORY_PAPERS, Chooser
from newsletter.delivery.schedule import Edition, edition_due, edition_of
from newsletter.errors import SourceError
from newsletter.fanout.bundle import Bundle
from newsletter.fanout.catalogue import BundleShelf
from newsletter.fanout.hours import Calendar
from newsletter.log import get_logger
from newsletter.model import Batch, BatchState, Entry, Issue, Paper, SourceName, Summary, SummaryRun
from newsletter.ports import Store
from newsletter.ranking import RankingMethod
from newsletter.summaries.wanted import Wanted, most_read_first
from subscribers.model import Cadence, Frequency, Subscriber, SubscriberState

PATIENCE: Final = timedelta(hours=6)
"""How long after an announcement an incomplete one is asked for again before it is sent."""
LOCK_FOR: Final = timedelta(minutes=16)
SAMPLE_READERS: Final = 20_000
_SECOND: Final = timedelta(seconds=1)
_WHOLE: Final = (BatchState.FRESH, BatchState.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareReport:
    """What preparing came to.

    Attributes:
        state: ``ready``; ``waiting`` for the rest of the announcement; ``done`` before, or
            ``locked``: another one is at it.
        announced: papers of the day.
        run: what the summaries came to; None when none were made.
    """

    day: date
    state: str
    announced: int = 0
    incomplete: tuple[str, ...] = ()
    run: SummaryRun | None = None

    @property
    def picked(self) -> int:
        """Return how many papers, each language counted, are likely to be read."""
        return self.run.wanted if self.run else 0

    @property
    def cost_usd(self) -> float:
        """Return what the summaries cost, as far as that is known."""
        return (self.run.usage.cost_usd or 0.0) if self.run else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the rest of the program does for the preparation.

    Attributes:
        fetch: reads a day's announcement in these categories into the store.
        summarise: has papers summarised, each once, for these issues.
        find_summaries: what there is, by language and paper id.
        language: of summaries, for readers of a language; ``languages`` are all there are.
        house: the entries of the house's own issue, and the language of its pages.
    """

    fetch: Callable[[date, Sequence[str]], Sequence[Batch]]
    summarise: Callable[[Sequence[Wanted], Sequence[Issue]], SummaryRun]
    find_summaries: Callable[[Sequence[Paper], str], Mapping[str, Summary]]
    language: Callable[[str], str]
    languages: Sequence[str]
    house: Callable[[date], Sequence[Entry]]
    house_language: str
    house_categories: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Survey:
    """Who the readers are, in bounded memory.

    Attributes:
        categories: what must be read for them.
        sample: readers chosen by a hash of their id, each standing for ``share`` of them.
    """

    most: int = SAMPLE_READERS
    categories: set[str] = field(default_factory=set)
    sample: list[Subscriber] = field(default_factory=list)
    share: int = 1

    def add(self, reader: Subscriber) -> None:
        """Count a reader in."""
        self.categories.update(reader.interests.categories)
        if self._is_in(reader):
            self.sample.append(reader)
        while len(self.sample) > self.most:
            self.share *= 2
            self.sample = [each for each in self.sample if self._is_in(each)]

    def _is_in(self, reader: Subscriber) -> bool:
        return int.from_bytes(hashlib.sha256(reader.id.encode()).digest()[:6]) % self.share == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparer:
    """Prepare days."""

    store: Store
    bundles: BundleShelf
    calendar: Calendar
    means: Means
    method: RankingMethod

    def run(self, now: datetime) -> PrepareReport:
        """Prepare the day that is current at ``now``, the scheduled time, unless it is ready.

        Raises:
            SourceError: nothing of the announcement could be read.
            BundleError, StoreError: try again; nothing is ready before all of it is.
        """
        day = self.calendar.current_day(now)
        if self.store.slots.ready(f"{day}-daily") is not None:
            return PrepareReport(day=day, state="done")
        with self._lock(now) as is_ours:
            if not is_ours:
                return PrepareReport(day=day, state="locked")
            return self._prepare(day, now)

    @contextmanager
    def _lock(self, now: datetime) -> Iterator[bool]:
        until = now + LOCK_FOR
        is_ours = self.store.slots.lock("prepare", now=now, until=until)
        try:
            yield is_ours
        finally:
            if is_ours:
                self.store.slots.unlock("prepare", until=until)

    def _prepare(self, day: date, now: datetime) -> PrepareReport:
        survey = self._survey()
        incomplete = self._read(day, survey, now)
        if incomplete and now - self.calendar.available_at(day) < PATIENCE:
            return PrepareReport(day=day, state="waiting", incomplete=incomplete)
        weekly = edition_of(day, Cadence(frequency=Frequency.WEEKLY))
        daily = edition_of(day, Cadence())
        run = self._summarise(day, (weekly, daily), survey.sample, now)
        announced = 0
        # The daily one comes last: once it is ready, so is all that the hours need.
        for edition in (weekly, daily):
            announced = self._write(edition, now)
        return PrepareReport(
            day=day, state="ready", announced=announced, incomplete=incomplete, run=run
        )

    def _survey(self) -> Survey:
        survey = Survey()
        for reader in self.store.subscribers.list_by_state(SubscriberState.ACTIVE):
            survey.add(reader)
        return survey

    def _read(self, day: date, survey: Survey, now: datetime) -> tuple[str, ...]:
        """Read what is not read yet; return the categories that are still not complete."""
        categories = tuple(
            dict.fromkeys((*self.means.house_categories, *sorted(survey.categories)))
        )
        missing = _incomplete(categories, self.store.papers.batches_between(day, day))
        if not missing:
            return ()
        try:
            batches = self.means.fetch(day, categories)
        except SourceError as error:
            is_hopeless = now - self.calendar.available_at(day) >= PATIENCE
            if not is_hopeless or not self.store.papers.papers_between(day, day):
                raise
            get_logger().error("announcement.given_up", day=str(day), why=str(error))
            return missing
        return _incomplete(categories, batches)

    def _summarise(
        self, day: date, editions: Sequence[Edition], sample: Sequence[Subscriber], now: datetime
    ) -> SummaryRun | None:
        """Have everything summarised that is likely to be picked, what most want first."""
        next_at = self._next_at(day)
        readers_of: Counter[tuple[str, str]] = Counter()
        issues = []
        for edition in editions:
            theirs = tuple(reader for reader in sample if self._gets(reader, edition, next_at))
            chosen = self._chooser(now).choose(edition, partial(iter, theirs))
            if chosen is None:
                continue
            issue, choices = chosen
            issues.append(issue)
            for reader, picks, _ in choices:
                language = self.means.language(reader.language)
                readers_of.update((pick.paper_id, language) for pick in picks)
        if not issues:
            return None
        house = self.means.language(self.means.house_language)
        readers_of.update((entry.paper.id, house) for entry in self.means.house(day))
        papers = self.store.papers.known_papers(sorted({each for each, _ in readers_of}))
        return self.means.summarise(most_read_first(readers_of, papers), issues)

    def _gets(self, reader: Subscriber, edition: Edition, next_at: datetime) -> bool:
        """Tell whether this edition is a reader's last before the next announcement."""
        due = edition_due(reader, next_at - _SECOND, current_day=self.calendar.current_day)
        return due == edition

    def _next_at(self, day: date) -> datetime:
        """Return when the announcement after a day comes out."""
        at = self.calendar.available_at(day)
        while self.calendar.current_day(at) == day:
            at += timedelta(hours=1)
        return at

    def _chooser(self, now: datetime) -> Chooser:
        return Chooser(
            papers=self.store.papers,
            ledger=self.store.ledger,
            method=self.method,
            clock=lambda: now,
        )

    def _write(self, edition: Edition, now: datetime) -> int:
        """Write a bundle and say that it is ready; return how many papers it has."""
        store = self.store
        papers = store.papers.papers_between(edition.first_on, edition.last_on)
        earlier = tuple(store.papers.papers_before(edition.first_on, limit=HISTORY_PAPERS))
        issue = self._chooser(now).issue(
            edition.issue_id, papers, edition.first_on, edition.last_on
        )
        bundle = Bundle(
            issue=issue,
            papers=papers,
            summaries=self._summaries(papers),
            history=self.bundles.put_history(issue.id, earlier) if earlier else "",
        )
        store.slots.set_ready(edition.issue_id, self.bundles.put(bundle))
        return len(papers)

    def _summaries(self, papers: Sequence[Paper]) -> Mapping[str, tuple[Summary, ...]]:
        found = {
            language: self.means.find_summaries(papers, language)
            for language in self.means.languages
        }
        return {language: tuple(each.values()) for language, each in found.items()}


def _incomplete(categories: Iterable[str], batches: Iterable[Batch]) -> tuple[str, ...]:
    whole = {
        batch.category
        for batch in batches
        if batch.state in _WHOLE and batch.source is not SourceName.SAMPLE
    }
    return tuple(each for each in categories if each not in whole)
