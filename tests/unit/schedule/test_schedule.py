"""When a digest is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.schedule import edition_due, edition_of, last_slot
from subscribers.model import Cadence, Frequency, Subscriber
from tests.factories import make_subscriber

FRIDAY = date(2026, 11, 20)


def eastern_day(now: datetime) -> date:
    """Stand in for arXiv's calendar: the newest weekday, US Eastern."""
    day = now.astimezone(ZoneInfo("America/New_York")).date()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def reader(timezone: str, **cadence: object) -> Subscriber:
    return make_subscriber(timezone=timezone, cadence=Cadence(**cadence))  # type: ignore[arg-type]


def due_at(subscriber: Subscriber, now: datetime) -> str:
    edition = edition_due(subscriber, now, current_day=eastern_day)
    assert edition is not None
    return edition.issue_id


def test_a_reader_in_new_york_gets_fridays_issue_on_friday_morning() -> None:
    subscriber = reader("America/New_York")
    assert due_at(subscriber, datetime(2026, 11, 20, 11, 59, tzinfo=UTC)) == "2026-11-19-daily"
    assert due_at(subscriber, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == "2026-11-20-daily"


def test_a_reader_in_tokyo_gets_fridays_issue_on_saturday_morning() -> None:
    subscriber = reader("Asia/Tokyo")
    assert due_at(subscriber, datetime(2026, 11, 20, 21, 0, tzinfo=UTC)) == "2026-11-19-daily"
    assert due_at(subscriber, datetime(2026, 11, 20, 22, 0, tzinfo=UTC)) == "2026-11-20-daily"


def test_weekdays_wait_for_the_local_monday() -> None:
    subscriber = reader("Asia/Tokyo", frequency=Frequency.WEEKDAYS)
    assert due_at(subscriber, datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) == "2026-11-19-daily"
    assert due_at(subscriber, datetime(2026, 11, 22, 22, 0, tzinfo=UTC)) == "2026-11-20-daily"


def test_a_weekly_edition_covers_seven_days() -> None:
    subscriber = reader("UTC", frequency=Frequency.WEEKLY, weekday=4)
    edition = edition_due(
        subscriber, datetime(2026, 11, 20, 8, 0, tzinfo=UTC), current_day=eastern_day
    )
    assert edition is not None
    assert edition.issue_id == "2026-11-20-weekly"
    assert (edition.first_on, edition.last_on) == (date(2026, 11, 14), FRIDAY)


def test_an_unknown_time_zone_counts_as_utc() -> None:
    subscriber = reader("Mars/Olympus")
    slot = last_slot(subscriber, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assert slot == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def test_an_edition_depends_on_the_day_and_cadence_only() -> None:
    assert edition_of(FRIDAY, Cadence()).issue_id == "2026-11-20-daily"
    assert edition_of(FRIDAY, Cadence(frequency=Frequency.WEEKDAYS)).issue_id == "2026-11-20-daily"


@given(
    zone=st.sampled_from(
        ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
    ),
    frequency=st.sampled_from(Frequency),
    weekday=st.integers(0, 6),
    send_at=st.times().map(lambda at: time(at.hour, at.minute)),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
        lambda at: at.replace(tzinfo=UTC)
    ),
)
def test_a_slot_lies_within_the_last_eight_days_and_never_ahead(
    zone: str, frequency: Frequency, weekday: int, send_at: time, now: datetime
) -> None:
    slot = last_slot(reader(zone, frequency=frequency, weekday=weekday, send_at=send_at), now)
    assert slot is not None
    assert timedelta(0) <= now - slot <= timedelta(days=8)
