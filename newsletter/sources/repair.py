"""Filling in what a first source did not have: each other source is asked once."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.errors import SourceError
from newsletter.model import Announcement, BatchState, SourceName
from newsletter.sources.announcements import merge
from newsletter.sources.case import Case
from newsletter.sources.judging import answers_for_day, is_empty_for_day
from newsletter.sources.reading import Reader


def repair(case: Case, *, reader: Reader, sources: Sequence[SourceName]) -> Case:
    """Return the case, complete if one of the ``sources`` answers for its day.

    A refusal is not fatal: the case stays as it is, and its detail says what was tried.
    """
    if case.is_complete:
        return case
    tried = [case.detail]
    for name in sources:
        if not reader.has(name):
            continue
        answer = reader.read(name, case.category, case.on)
        if isinstance(answer, SourceError):
            tried.append(str(answer))
        elif is_empty_for_day(answer):
            return _found_empty(case, answer)
        elif answers_for_day(answer, case.on):
            return _repaired(case, answer)
        else:
            tried.append(f"the {name} has nothing complete for the day")
    return replace(case, detail="; ".join(tried))


def _found_empty(case: Case, answer: Announcement) -> Case:
    detail = f"{case.detail}; the {answer.source} of this day has no entries"
    return replace(case, announcement=answer, state=BatchState.QUIET, detail=detail)


def _repaired(case: Case, answer: Announcement) -> Case:
    """Let the answer stand, with what the first source had of the same day."""
    announcement = answer
    if case.announcement is not None:
        announcement = replace(answer, papers=merge((answer, case.announcement)))
    here = {paper.id for paper in announcement.papers}
    return replace(
        case,
        announcement=announcement,
        state=BatchState.FRESH,
        detail=f"{case.detail}; repaired from the {answer.source}",
        late=tuple(paper for paper in case.late if paper.id not in here),
    )
