"""What the store remembers from before a day, as far as freshness is judged by it."""

from datetime import date

from newsletter.errors import SourceError
from newsletter.model import Announcement, AnnounceType
from newsletter.ports import PaperStore
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.freshness import Past
from newsletter.sources.identifier import announced_order
from newsletter.sources.judging import COMPLETE

_FRESH_TYPES = frozenset({AnnounceType.NEW, AnnounceType.CROSS})


class Memory:
    """Recall, for one day, what was announced to us before it."""

    def __init__(self, store: PaperStore, *, on: date, calendar: AnnouncementCalendar) -> None:
        self._store = store
        self._on = on
        self.is_announcement_day = calendar.is_announcement_day(on)
        before = calendar.previous_day(on)
        self._complete_before = frozenset(
            batch.category
            for batch in store.batches_between(before, before)
            if batch.state in COMPLETE
        )
        self._newest_before = self._find_newest(before)

    def recall(self, answer: Announcement | SourceError) -> Past:
        """Return what is known of the papers of an answer; nothing for an error."""
        if isinstance(answer, SourceError):
            return Past()
        known = self._store.known_papers([paper.id for paper in answer.papers])
        return Past(
            ids=frozenset(
                paper_id for paper_id, paper in known.items() if paper.announced_on < self._on
            ),
            has_batch_before=answer.category in self._complete_before,
            newest=self._newest_before,
        )

    def _find_newest(self, before: date) -> str | None:
        papers = self._store.papers_between(before, before)
        ids = [
            paper.id
            for paper in papers
            if paper.announced_on == before and paper.announce_type in _FRESH_TYPES
        ]
        return max(ids, key=announced_order, default=None)
