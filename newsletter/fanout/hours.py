"""Which local hours are due, and which issues their readers get.

A reader's digest falls due at their hour on each day of their cadence. It has what was announced
since the time before: usually one announcement, none on a weekend, and two where the clocks went
back in between. So nothing is left out and nothing comes twice, whatever the time zone does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.delivery.schedule import WEEK_DAYS, Edition, edition_of
from newsletter.model.slot import LocalHour, Slot
from subscribers.model import Cadence, Frequency

LOOK_BACK: Final = timedelta(hours=24)
"""For how long an hour that was missed, or whose issue was not ready, is caught up."""
_DAY: Final = timedelta(days=1)


class Calendar(Protocol):
    """Know arXiv's announcement days."""

    def current_day(self, now_utc: datetime) -> date:
        """Return the newest announcement day that is out at an instant."""

    def previous_day(self, day: date) -> date:
        """Return the announcement day before."""

    def available_at(self, day: date) -> datetime:
        """Return the instant at which an announcement day is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Tell what is due by a calendar."""

    calendar: Calendar

    def due(self, hours: Iterable[LocalHour], now: datetime) -> tuple[Slot, ...]:
        """Return the slots of these hours that began in the last day, the earliest first."""
        begun = sorted(
            (begins_at, hour, local_on)
            for hour in hours
            for local_on in _days_around(now)
            if now - LOOK_BACK < (begins_at := begin_of(hour, local_on)) <= now
        )
        return tuple(
            Slot(announced_on=self.calendar.current_day(at), hour=hour, local_on=local_on)
            for at, hour, local_on in begun
        )

    def editions(self, cadence: Cadence, slot: Slot) -> tuple[Edition, ...]:
        """Return what readers of a slot with this cadence get in it, oldest first."""
        day = slot.local_on - _DAY if _begins_late(cadence, slot.hour) else slot.local_on
        if not cadence.includes(day):
            return ()
        last_time = next(
            day - timedelta(days=back)
            for back in range(1, WEEK_DAYS + 1)
            if cadence.includes(day - timedelta(days=back))
        )
        since = begin_of(slot.hour, slot.local_on - (day - last_time))
        days = self._announced(since, begin_of(slot.hour, slot.local_on))
        if cadence.frequency is Frequency.WEEKLY:
            days = days[-1:]
        return tuple(edition_of(each, cadence) for each in days)

    def _announced(self, after: datetime, until: datetime) -> tuple[date, ...]:
        """Return the announcement days that came out between two instants, oldest first."""
        found: list[date] = []
        day = self.calendar.current_day(until)
        while self.calendar.available_at(day) > after:
            found.append(day)
            day = self.calendar.previous_day(day)
        return tuple(reversed(found))


@lru_cache(maxsize=20_000)
def begin_of(hour: LocalHour, local_on: date) -> datetime:
    """Return the UTC instant at which an hour of a day begins.

    Where the clocks skip it, the moment at which it would have; where they repeat it, the first.
    """
    local = datetime.combine(local_on, time(hour.hour), tzinfo=_zone(hour.timezone))
    return local.astimezone(UTC)


def _begins_late(cadence: Cadence, hour: LocalHour) -> bool:
    """Tell whether the readers' own time is on the day before: 23:30 is in the hour 0."""
    return hour.hour == 0 and cadence.send_at.hour > 0


def _days_around(now: datetime) -> tuple[date, ...]:
    today = now.astimezone(UTC).date()
    return tuple(today + timedelta(days=offset) for offset in range(-2, 2))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
