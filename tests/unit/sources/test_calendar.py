"""arXiv's calendar: US Eastern, holidays as data."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sources.calendar import AnnouncementCalendar

CALENDAR = AnnouncementCalendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-25", True),
        ("2025-12-26", False),
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-01-02", False),
        ("2026-01-19", True),
        ("2026-01-20", False),
        ("2026-06-19", True),
        ("2026-06-22", False),
        ("2026-06-23", True),
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-11-26", True),
        ("2026-11-27", False),
        ("2026-12-28", False),
        ("2027-01-01", False),
    ],
)
def test_batches_are_missing_after_holidays_and_on_weekends(text: str, expected: bool) -> None:
    assert CALENDAR.is_announcement_day(day(text)) is expected


@pytest.mark.parametrize(
    ("of", "previous"),
    [
        ("2025-12-19", "2025-12-18"),
        ("2025-12-22", "2025-12-19"),
        ("2025-12-29", "2025-12-25"),
        ("2026-01-21", "2026-01-19"),
        ("2026-06-23", "2026-06-19"),
    ],
)
def test_the_previous_day_skips_weekends_and_holidays(of: str, previous: str) -> None:
    assert CALENDAR.previous_day(day(of)) == day(previous)


def test_days_between_holds_both_ends_in_order() -> None:
    days = CALENDAR.days_between(day("2025-12-24"), day("2026-01-05"))
    assert [str(one)[5:] for one in days] == ["12-24", "12-25", "12-29", "12-30", "01-01", "01-05"]
    assert CALENDAR.days_between(day("2026-01-05"), day("2026-01-02")) == ()


@pytest.mark.parametrize(
    ("now", "current"),
    [
        ("2026-11-20T04:59", "2026-11-19"),
        ("2026-11-20T05:00", "2026-11-20"),
        ("2026-11-22T12:00", "2026-11-20"),
        ("2026-11-23T05:00", "2026-11-23"),
        ("2026-07-08T03:59", "2026-07-07"),
        ("2026-07-08T04:00", "2026-07-08"),
        ("2026-11-27T12:00", "2026-11-26"),
        ("2026-03-09T03:59", "2026-03-06"),
        ("2026-03-09T04:00", "2026-03-09"),
        ("2026-11-02T04:59", "2026-10-30"),
        ("2026-11-02T05:00", "2026-11-02"),
    ],
)
def test_the_day_turns_at_eastern_midnight_in_summer_and_winter(now: str, current: str) -> None:
    assert CALENDAR.current_day(instant(now)) == day(current)


@pytest.mark.parametrize(
    ("batch", "first", "last"),
    [
        ("2026-11-18", "2026-11-16T19:00", "2026-11-17T19:00"),
        ("2026-11-16", "2026-11-12T19:00", "2026-11-13T19:00"),
        ("2026-11-17", "2026-11-13T19:00", "2026-11-16T19:00"),
        ("2026-03-10", "2026-03-06T19:00", "2026-03-09T18:00"),
        ("2026-11-03", "2026-10-30T18:00", "2026-11-02T19:00"),
        ("2026-11-30", "2026-11-25T19:00", "2026-11-27T19:00"),
        ("2026-01-21", "2026-01-16T19:00", "2026-01-20T19:00"),
        ("2026-06-23", "2026-06-18T18:00", "2026-06-22T18:00"),
    ],
)
def test_submissions_close_at_14_eastern(batch: str, first: str, last: str) -> None:
    assert CALENDAR.submission_window(day(batch)) == (instant(first), instant(last))


@given(st.dates(min_value=day("2024-01-01"), max_value=day("2028-12-31")))
def test_windows_follow_each_other_without_gap_or_overlap(start: date) -> None:
    days = CALENDAR.days_between(start, start + timedelta(days=20))
    windows = [CALENDAR.submission_window(one) for one in days]
    for before, after in pairwise(windows):
        assert before[0] < before[1] == after[0]


def test_holidays_that_leave_no_day_are_an_error() -> None:
    start = day("2026-01-01")
    closed = AnnouncementCalendar(start + timedelta(days=number) for number in range(60))
    with pytest.raises(ValueError, match="no announcement day"):
        closed.previous_day(day("2026-02-20"))


@pytest.mark.data
@pytest.mark.parametrize("month", ["2025-12", "2026-01"])
def test_the_calendar_has_just_the_recorded_days(shared_data: Path, month: str) -> None:
    with gzip.open(shared_data / f"papers/papers_{month}.jsonl.gz", "rt") as lines:
        recorded = {json.loads(line)["announced"] for line in lines}
    first, last = day(min(recorded)), day(max(recorded))
    assert {str(one) for one in CALENDAR.days_between(first, last)} == recorded
