"""One category on one day, on its way to a row of the completeness ledger."""

from dataclasses import dataclass, field
from datetime import date

from newsletter.errors import SourceError
from newsletter.model import Announcement, Batch, BatchState, Paper
from newsletter.sources.judging import COMPLETE, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What was read, what it is worth, and what came of it.

    Attributes:
        on: the announcement day it is about.
        announcement: what stands as this day's; None when nothing does.
        late: papers of an earlier day that were read instead of this day's.
        error: why the first source could not be read.
    """

    category: str
    on: date
    announcement: Announcement | None
    state: BatchState
    detail: str = ""
    late: tuple[Paper, ...] = ()
    error: SourceError | None = field(default=None, compare=False)

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is left to repair."""
        return self.state in COMPLETE

    def as_batch(self, unseen_ids: frozenset[str]) -> Batch:
        """Return the ledger's row; ``unseen_ids`` were never announced to us before."""
        read = self.announcement
        papers = read.papers if read else ()
        return Batch(
            category=self.category,
            announced_on=self.on,
            state=self.state,
            expected=read.stated_count if read else None,
            fetched=len(papers),
            unseen=sum(paper.id in unseen_ids for paper in papers),
            source=read.source if read else None,
            detail=self.detail,
            set_aside=read.set_aside if read else (),
        )


def open_case(
    category: str, on: date, *, answer: Announcement | SourceError, verdict: Verdict
) -> Case:
    """Make the case of a first reading; papers of another day do not stand as this day's.

    Those of a stale feed are late: they were announced the day before, perhaps not to us.
    """
    if isinstance(answer, SourceError):
        return Case(
            category=category,
            on=on,
            announcement=None,
            state=verdict.state,
            detail=verdict.detail,
            error=answer,
        )
    is_undated = answer.stated_on is None
    return Case(
        category=category,
        on=on,
        announcement=None if verdict.is_other_day else answer,
        state=verdict.state,
        detail=verdict.detail,
        late=answer.papers if verdict.is_other_day and is_undated else (),
    )
