"""When a digest is due, in the reader's own time.

The last moment at which a reader's digest fell due (their ``slot``) decides which issue it is:
the newest announcement that was out at that moment. A scheduler that runs late, twice or every
hour therefore finds the same issue, and the ledger does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from subscribers.model import Cadence, Frequency, Subscriber

CurrentDay = Callable[[datetime], date]
"""Give the newest announcement day that is out at a UTC instant."""

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edition:
    """Which announcement days one issue covers; ordered by its last day.

    Attributes:
        first_on, last_on: both included.
        frequency: WEEKLY, or DAILY for every other cadence.
    """

    last_on: date
    first_on: date
    frequency: Frequency

    @property
    def issue_id(self) -> str:
        """Return the id of the issue: ``2026-11-20-daily``."""
        return f"{self.last_on}-{self.frequency.value}"


def edition_of(day: date, cadence: Cadence) -> Edition:
    """Return the edition with which the announcement of ``day`` reaches a reader."""
    if cadence.frequency is Frequency.WEEKLY:
        first_on = day - timedelta(days=WEEK_DAYS - 1)
        return Edition(last_on=day, first_on=first_on, frequency=Frequency.WEEKLY)
    return Edition(last_on=day, first_on=day, frequency=Frequency.DAILY)


def last_slot(subscriber: Subscriber, now: datetime) -> datetime | None:
    """Return the newest moment up to ``now`` at which a digest fell due, in UTC.

    None when that is more than a week ago, which no cadence is. An unknown time zone counts
    as UTC: a reader is never lost to a name.
    """
    zone = _zone(subscriber.timezone)
    today = now.astimezone(zone).date()
    for days_ago in range(WEEK_DAYS + 1):
        local_day = today - timedelta(days=days_ago)
        if not subscriber.cadence.includes(local_day):
            continue
        slot = datetime.combine(local_day, subscriber.cadence.send_at, tzinfo=zone)
        if slot <= now:
            return slot.astimezone(now.tzinfo)
    return None


def edition_due(
    subscriber: Subscriber, now: datetime, *, current_day: CurrentDay
) -> Edition | None:
    """Return the edition that is due to this reader, sent already or not."""
    slot = last_slot(subscriber, now)
    return None if slot is None else edition_of(current_day(slot), subscriber.cadence)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
