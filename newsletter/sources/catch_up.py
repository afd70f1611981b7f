"""Announcement days on which nobody read: a feed has only its own day, so others must tell."""

from collections.abc import Sequence
from datetime import date, timedelta

from newsletter.errors import SourceError
from newsletter.model import Batch, BatchState, SourceName
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.case import Case
from newsletter.sources.judging import COMPLETE, answers_for_day
from newsletter.sources.reading import Reader

LOOK_BACK = timedelta(days=60)
"""How far back the ledger's rows are of use."""

_DAY = timedelta(days=1)


def missed_days(
    category: str,
    on: date,
    *,
    rows: Sequence[Batch],
    calendar: AnnouncementCalendar,
    at_most: int,
) -> tuple[date, ...]:
    """Return the announcement days before ``on`` since the last one that is complete, in order.

    Of more than ``at_most``, the newest.

    A category that the ledger's ``rows`` do not know has missed nothing: it starts with ``on``.
    """
    done = [row.announced_on for row in rows if row.category == category and row.state in COMPLETE]
    days = calendar.days_between(max(done) + _DAY, on - _DAY) if done else ()
    return days[max(0, len(days) - at_most) :]


def catch_up(category: str, day: date, *, reader: Reader) -> Case:
    """Read a missed day from the search, else from the listing if it is still of that day."""
    reasons: list[str] = []
    for name in (SourceName.SEARCH, SourceName.LISTING):
        if not reader.has(name):
            continue
        answer = reader.read(name, category, day)
        if isinstance(answer, SourceError):
            reasons.append(str(answer))
        elif answers_for_day(answer, day):
            return Case(
                category=category,
                on=day,
                announcement=answer,
                state=BatchState.FRESH,
                detail=f"missed on its day; caught up from the {name}",
            )
        else:
            reasons.append(f"the {name} has nothing complete for it")
    return Case(
        category=category,
        on=day,
        announcement=None,
        state=BatchState.STALLED,
        detail="; ".join(["missed on its day", *reasons]),
    )
