"""arXiv's days: when announcements are made, and what was submitted for each.

All rules are in US Eastern time, with its daylight saving. What is submitted until 14:00 is
announced at 20:00 of the same day (Friday's on Sunday) and dated the day after: batches are dated
Monday to Friday, and the feeds are rebuilt at the midnight that begins their day. On a holiday the
cut-off is not processed, so the batch of the day after is missing (after a holiday on Friday,
Monday's), and the next one has both days' papers.

Source: https://info.arxiv.org/help/availability.html; the rule for holidays is measured on
recorded announcements (no batch was dated 2025-12-26, 2026-01-02, 2026-01-20 or 2026-06-22).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.sources.holidays import HOLIDAYS

_DAY = timedelta(days=1)
_MONDAY, _SATURDAY = 0, 5
_CUT_OFF = time(14, 0)
_LONGEST_GAP_DAYS = 21


class AnnouncementCalendar:
    """Know the announcement days; ``holidays`` are days whose cut-off is not processed."""

    def __init__(self, holidays: Iterable[date] = HOLIDAYS) -> None:
        self._holidays = frozenset(holidays)
        self._zone = ZoneInfo("America/New_York")

    def is_announcement_day(self, day: date) -> bool:
        """Tell whether a batch is dated ``day``."""
        return day.weekday() < _SATURDAY and _cut_off_day(day) not in self._holidays

    def previous_day(self, day: date) -> date:
        """Return the newest announcement day before ``day``.

        Raises:
            ValueError: there is none within three weeks: the holidays are wrong.
        """
        for back in range(1, _LONGEST_GAP_DAYS):
            if self.is_announcement_day(day - back * _DAY):
                return day - back * _DAY
        raise ValueError(f"no announcement day within {_LONGEST_GAP_DAYS} days before {day}")

    def days_between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the announcement days from ``first`` to ``last``, both included, in order."""
        days = (first + number * _DAY for number in range((last - first).days + 1))
        return tuple(day for day in days if self.is_announcement_day(day))

    def current_day(self, now_utc: datetime) -> date:
        """Return the newest announcement day whose feeds are out: built at its Eastern midnight.

        The announcement itself was four hours earlier, at 20:00 of the evening before.
        """
        today = self.today(now_utc)
        return today if self.is_announcement_day(today) else self.previous_day(today)

    def today(self, now_utc: datetime) -> date:
        """Return the day it is at arXiv."""
        return now_utc.astimezone(self._zone).date()

    def available_at(self, day: date) -> datetime:
        """Return the UTC instant from which the feeds have the batch ``day``."""
        return datetime.combine(day, time(), tzinfo=self._zone).astimezone(UTC)

    def submission_window(self, day: date) -> tuple[datetime, datetime]:
        """Return the UTC instants between which papers were submitted for the batch ``day``.

        The first is included, the second is not. Papers held by moderation are older than that.
        """
        return self._cut_off(self.previous_day(day)), self._cut_off(day)

    def _cut_off(self, day: date) -> datetime:
        local = datetime.combine(_cut_off_day(day), _CUT_OFF, tzinfo=self._zone)
        return local.astimezone(UTC)


def _cut_off_day(day: date) -> date:
    """Return the weekday at whose cut-off the batch ``day`` closes."""
    if day.weekday() == _MONDAY:
        return day - 3 * _DAY
    return day - _DAY if day.weekday() < _SATURDAY else day
