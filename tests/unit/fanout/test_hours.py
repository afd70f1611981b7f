"""Each reader gets each announcement once, at their own hour, whatever the clocks do."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from newsletter.fanout.hours import Hours, begin_of
from newsletter.model.slot import LocalHour, Slot, local_hour_of
from newsletter.sources.calendar import AnnouncementCalendar
from subscribers.model import Cadence, Frequency, Subscriber
from tests.factories import make_subscriber

CALENDAR = AnnouncementCalendar(holidays=())
HOURS = Hours(calendar=CALENDAR)
HOUR = timedelta(hours=1)
FORTNIGHT = 14 * 24
ZONES = (
    "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Kathmandu", "Pacific/Apia",
    "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns",
    "Africa/Cairo", "UTC", "Mars/Olympus",
)  # fmt: skip
STARTS = (date(2026, 3, 2), date(2026, 3, 23), date(2026, 10, 19), date(2026, 10, 26))
"""Fortnights around the changes of clocks: US 03-08 and 11-01, EU 03-29 and 10-25, Cairo 10-30."""


def readers(cadence: Frequency = Frequency.DAILY) -> Iterable[Subscriber]:
    for zone in ZONES:
        for at in (time(0), time(2, 30), time(6), time(23, 30)):
            yield make_subscriber(
                id=f"{zone} {at}",
                timezone=zone,
                cadence=Cadence(frequency=cadence, weekday=3, send_at=at),
            )


def simulate(
    start: date, firings: Iterable[int], cadence: Frequency = Frequency.DAILY
) -> Counter[tuple[str, str]]:
    """Fire at these hours after a start, with a list of what is done; count (reader, issue)."""
    everybody = list(readers(cadence))
    by_hour: dict[LocalHour, list[Subscriber]] = {}
    for reader in everybody:
        by_hour.setdefault(local_hour_of(reader), []).append(reader)
    editions = cache(HOURS.editions)
    done: set[Slot] = set()
    mails: Counter[tuple[str, str]] = Counter()
    for number in firings:
        now = datetime.combine(start, time(), tzinfo=UTC) + number * HOUR
        for slot in HOURS.due(by_hour, now):
            if slot not in done:
                done.add(slot)
                for reader in by_hour[slot.hour]:
                    for edition in editions(reader.cadence, slot):
                        mails[reader.id, edition.issue_id] += 1
    return mails


def expected(start: date) -> set[str]:
    """Return the daily issues that every reader must have got within a fortnight of firing."""
    days = (start + timedelta(days=number) for number in range(2, 12))
    return {f"{day}-daily" for day in days if CALENDAR.is_announcement_day(day)}


@pytest.mark.parametrize("start", STARTS)
def test_each_reader_gets_each_announcement_exactly_once(start: date) -> None:
    mails = simulate(start, range(FORTNIGHT))
    assert set(mails.values()) == {1}
    for reader in readers():
        got = {issue for who, issue in mails if who == reader.id}
        assert expected(start) <= got, reader.id


@pytest.mark.parametrize("start", STARTS)
def test_hours_that_are_missed_or_come_twice_change_nothing(start: date) -> None:
    every = range(FORTNIGHT)
    late = [number for number in every if number % 24 not in (6, 7, 8, 9, 17)]
    twice = [number for number in every for _ in range(1 + number % 2)]
    assert simulate(start, twice) == simulate(start, every)
    missing = set(simulate(start, every)) - set(simulate(start, late))
    assert not {issue for _, issue in missing} & expected(start)


@pytest.mark.parametrize("start", STARTS)
def test_readers_of_weekdays_get_nothing_at_weekends_and_miss_nothing(start: date) -> None:
    mails = simulate(start, range(FORTNIGHT), Frequency.WEEKDAYS)
    assert set(mails.values()) == {1}
    for reader in readers():
        got = {issue for who, issue in mails if who == reader.id}
        assert len(expected(start) - got) <= 1, reader.id


@pytest.mark.parametrize("start", STARTS)
def test_weekly_readers_get_one_issue_a_week(start: date) -> None:
    mails = simulate(start, range(FORTNIGHT), Frequency.WEEKLY)
    assert set(mails.values()) == {1}
    issues = Counter(who for who, _ in mails)
    assert set(issues) == {reader.id for reader in readers()}
    assert set(issues.values()) <= {2, 3}
    assert all(issue.endswith("-weekly") for _, issue in mails)


def test_a_digest_comes_at_the_readers_own_hour() -> None:
    """06:00 in Kathmandu is 00:15 UTC: the first hour that is fired after it is 01:00."""
    reader = make_subscriber(timezone="Asia/Kathmandu", cadence=Cadence(send_at=time(6)))
    hour = local_hour_of(reader)
    wednesday = date(2026, 11, 18)
    at = begin_of(hour, wednesday)
    assert at == datetime(2026, 11, 18, 0, 15, tzinfo=UTC)
    fired_before, fired_after = at.replace(minute=0), at.replace(minute=0) + HOUR
    assert wednesday not in {slot.local_on for slot in HOURS.due([hour], fired_before)}
    (slot,) = (slot for slot in HOURS.due([hour], fired_after) if slot.local_on == wednesday)
    assert slot.announced_on == date(2026, 11, 17)


def test_an_hour_that_the_clocks_skip_begins_when_it_would_have() -> None:
    skipped = LocalHour(timezone="America/New_York", hour=2)
    assert begin_of(skipped, date(2026, 3, 8)) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_an_hour_that_the_clocks_repeat_begins_the_first_time() -> None:
    repeated = LocalHour(timezone="America/New_York", hour=1)
    assert begin_of(repeated, date(2026, 11, 1)) == datetime(2026, 11, 1, 5, tzinfo=UTC)


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    hour = LocalHour(timezone="Australia/Lord_Howe", hour=7)
    before, after = begin_of(hour, date(2026, 10, 3)), begin_of(hour, date(2026, 10, 4))
    assert after - before == timedelta(hours=23, minutes=30)
    zone = ZoneInfo("Australia/Lord_Howe")
    assert before.astimezone(zone).hour == after.astimezone(zone).hour == 7


def test_slots_are_looked_at_for_a_day_the_earliest_first() -> None:
    hours = [LocalHour(timezone="UTC", hour=hour) for hour in range(24)]
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    due = HOURS.due(hours, now)
    assert len(due) == 24
    assert due[-1].hour.hour == 12
    assert [begin_of(slot.hour, slot.local_on) for slot in due] == sorted(
        begin_of(slot.hour, slot.local_on) for slot in due
    )
