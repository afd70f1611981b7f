"""Choose papers for the readers of an issue, whoever keeps the papers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from newsletter.delivery.rollover import Leftovers
from newsletter.delivery.schedule import Edition
from newsletter.digests.shortlist import pick
from newsletter.model import Issue, IssueState, Paper, Pick
from newsletter.ports import Clock, Ledger, PaperCatalogue
from newsletter.ranking import DayRanker, RankingMethod, prepare
from subscribers.interests import Interests
from subscribers.model import Subscriber

HISTORY_PAPERS = 10_000
"""How many earlier papers give ranking its statistics: about two weeks of computer science."""
READERS_AT_ONCE = 500

Choice = tuple[Subscriber, tuple[Pick, ...], int]
"""A reader, their picks, and how many papers matched."""

Readers = Callable[[], Iterable[Subscriber]]
"""Give the readers of an issue, afresh on each call: they are read twice and never held."""


class Chooser:
    """Choose papers for readers."""

    def __init__(
        self, *, papers: PaperCatalogue, ledger: Ledger, method: RankingMethod, clock: Clock
    ) -> None:
        self._papers = papers
        self._ledger = ledger
        self._method = method
        self._clock = clock

    def choose(self, edition: Edition, readers: Readers) -> tuple[Issue, Iterator[Choice]] | None:
        """Return the issue of an edition, and what is chosen for each reader as it is asked for.

        None when nothing was announced. What a reader was to get in the week before, and did
        not, is in the choice again.
        """
        papers = self._papers.papers_between(edition.first_on, edition.last_on)
        if not papers:
            return None
        issue = self.issue(edition.issue_id, papers, edition.first_on, edition.last_on)
        leftovers = Leftovers(ledger=self._ledger, before=edition.first_on)
        old = self._old_papers(leftovers.of_any(reader.id for reader in readers()), papers)
        wishes = (reader.interests for reader in readers())
        ranker = self.ranker((*papers, *old.values()), wishes, edition.first_on)
        return issue, self._choices(ranker, readers(), leftovers=leftovers, old=frozenset(old))

    def ranker(
        self, papers: Sequence[Paper], wishes: Iterable[Interests], first_on: date
    ) -> DayRanker:
        """Return what ranks these papers, for readers with these wishes."""
        history = self._papers.papers_before(first_on, limit=HISTORY_PAPERS)
        return prepare(self._method, papers, wishes=wishes, history=history)

    def issue(self, issue_id: str, papers: Sequence[Paper], first_on: date, last_on: date) -> Issue:
        """Return an issue of these papers that begins now."""
        return Issue(
            id=issue_id,
            first_on=first_on,
            last_on=last_on,
            announced=len(papers),
            batches=self._papers.batches_between(last_on, last_on),
            state=IssueState.OPEN,
            created_at=self._clock(),
        )

    def _old_papers(
        self, paper_ids: frozenset[str], announced: Sequence[Paper]
    ) -> Mapping[str, Paper]:
        """Return papers of earlier issues by id, without those announced in this one too."""
        old = paper_ids.difference(paper.id for paper in announced)
        return self._papers.known_papers(sorted(old)) if old else {}

    def _choices(
        self,
        ranker: DayRanker,
        readers: Iterable[Subscriber],
        *,
        leftovers: Leftovers,
        old: frozenset[str],
    ) -> Iterator[Choice]:
        """Choose for each reader; of the ``old`` papers only what they themselves missed."""
        remaining = iter(readers)
        while chunk := tuple(islice(remaining, READERS_AT_ONCE)):
            ids = [reader.id for reader in chunk]
            shown = self._ledger.shown_papers(ids)
            missed = leftovers.of(ids) if old else {}
            for reader in chunk:
                not_theirs = old - missed.get(reader.id, frozenset())
                hidden = shown.get(reader.id, frozenset()) | not_theirs
                ranking = ranker.rank(reader.interests, shown=hidden)
                yield reader, pick(ranking), ranking.matched
