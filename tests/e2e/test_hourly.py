"""The service in one process: prepared once a day, fired every hour, delivered in parcels."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import (
    BundleError,
    QuotaExceededError,
    SourceUnavailableError,
    StoreError,
    UnreadableParcelError,
)
from newsletter.fanout.parcel import Parcel, pack, unpack
from newsletter.model import Batch, BatchState, DeliveryState, Envelope, Receipt
from subscribers.model import Cadence, Frequency, SubscriberState
from tests.e2e.hourly import HOUR, Hourly, make_readers
from tests.factories import make_interests, make_subscriber

TUESDAY = date(2026, 11, 17)
READERS = 24
ALL_HOURS_BEGUN = datetime(2026, 11, 18, 4, 59, tzinfo=UTC)
"""The last minute before the next announcement is out."""
DAILY = f"{TUESDAY}-daily"


@pytest.fixture
def hourly(tmp_path: Path) -> Iterator[Hourly]:
    """A service on Tuesday at 00:30 in New York, with readers and an announcement."""
    made = Hourly(tmp_path)
    made.store.subscribers.add_all(make_readers(READERS))
    made.announce(TUESDAY)
    made.now = datetime(2026, 11, 17, 5, 30, tzinfo=UTC)
    yield made
    made.close()


def hours(first: datetime, number: int) -> list[datetime]:
    return [first.replace(minute=0) + count * HOUR for count in range(1, number + 1)]


def test_each_reader_gets_each_announcement_once_whatever_comes_twice_or_not_at_all(
    hourly: Hourly,
) -> None:
    for day in range(3):
        hourly.announce(TUESDAY + timedelta(days=day))
    last = ALL_HOURS_BEGUN + timedelta(days=2)
    for number, now in enumerate([*hours(hourly.now, 71), last]):
        hourly.now = now
        hourly.prepare()
        if number % 7 in (2, 4) and now != last:
            continue
        hourly.fire()
        if number % 2:
            hourly.restarted().fanout(now, time_left_s=lambda: 900.0)
        hourly.deliver(twice=number % 3 == 0)
    for day in range(3):
        counts = hourly.counts(f"{TUESDAY + timedelta(days=day)}-daily")
        assert counts == {DeliveryState.SENT: READERS}
    assert set(hourly.mails().values()) == {1}
    assert hourly.mails().total() == 3 * READERS


def test_mails_come_at_the_readers_own_hour(hourly: Hourly) -> None:
    hourly.prepare()
    first, *later = hours(hourly.now, 23)
    for now in (first, *later):
        hourly.now = now
        hourly.fire()
        local = {
            now.astimezone(ZoneInfo(reader.timezone)).time()
            >= reader.cadence.send_at
            > (now - HOUR).astimezone(ZoneInfo(reader.timezone)).time()
            for message in hourly.queue.take_all()
            for share in unpack(message).shares
            if (reader := hourly.store.subscribers.get(share.subscriber_id))
            and reader.cadence.send_at > time(1)
        }
        assert local <= {True} or now == first


def test_nothing_goes_out_before_the_day_is_prepared(hourly: Hourly) -> None:
    hourly.now += HOUR
    assert hourly.fire() == 0
    hourly.prepare()
    assert hourly.fire() > 0


def test_a_day_is_prepared_once(hourly: Hourly) -> None:
    assert hourly.prepare() == "ready"
    name = hourly.store.slots.ready(DAILY)
    assert hourly.prepare() == "done"
    assert hourly.store.slots.ready(DAILY) == name
    assert hourly.store.slots.ready(f"{TUESDAY}-weekly")


def test_a_day_is_prepared_by_one_at_a_time(hourly: Hourly) -> None:
    until = hourly.now + HOUR
    hourly.store.slots.lock("prepare", now=hourly.now, until=until)
    assert hourly.prepare() == "locked"
    hourly.store.slots.unlock("prepare", until=until)
    assert hourly.prepare() == "ready"


def test_an_incomplete_announcement_is_waited_for_and_then_sent_as_it_is(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    (batch,) = (
        each
        for each in hourly.store.papers.batches_between(TUESDAY, TUESDAY)
        if each.category == "cs.LG"
    )
    stalled = replace(batch, state=BatchState.STALLED)
    hourly.store.papers.save_announcement((), [stalled])
    whole = [
        each
        for each in hourly.store.papers.batches_between(TUESDAY, TUESDAY)
        if each.category != "cs.LG"
    ]

    def fetch(day: date, categories: Sequence[str]) -> Sequence[Batch]:
        return [*whole, stalled]

    monkeypatch.setattr(hourly.service, "_fetch", fetch)
    assert hourly.prepare() == "waiting"
    assert hourly.store.slots.ready(DAILY) is None
    hourly.now += 6 * HOUR
    assert hourly.prepare() == "ready"
    hourly.fire()
    (parcel, *_) = map(unpack, hourly.queue.take_all())
    opened = hourly.service._bundles().open(parcel.bundle)
    assert opened.bundle.issue.missing_categories == ("cs.LG",)


def test_an_arxiv_that_does_not_answer_is_told_and_tried_again(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(day: date, categories: Sequence[str]) -> Sequence[Batch]:
        raise SourceUnavailableError("nobody answers")

    monkeypatch.setattr(hourly.service, "_fetch", fetch)
    hourly.now += timedelta(days=1)
    with pytest.raises(SourceUnavailableError):
        hourly.prepare()
    hourly.announce(TUESDAY + timedelta(days=1))
    assert hourly.prepare() == "ready"


def test_weekly_readers_get_their_week(hourly: Hourly) -> None:
    weekly = make_subscriber(
        200,
        timezone="UTC",
        cadence=Cadence(frequency=Frequency.WEEKLY, weekday=1, send_at=time(9)),
        interests=make_interests("sparse attention", max_papers=50),
    )
    hourly.store.subscribers.add(weekly)
    hourly.announce(TUESDAY - timedelta(days=1))
    hourly.prepare()
    for now in hours(hourly.now, 24):
        hourly.now = now
        hourly.fire()
        hourly.deliver()
    assert hourly.counts(f"{TUESDAY}-weekly") == {DeliveryState.SENT: 1}
    assert len(hourly.store.ledger.shown_papers([weekly.id])[weekly.id]) == 16


def test_a_fanout_that_dies_before_it_has_noted_its_progress_is_done_again(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    hourly.prepare()
    hourly.now += HOUR

    def die(*_: object, **__: object) -> None:
        raise StoreError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(type(hourly.store.slots), "note_progress", die)
        with pytest.raises(StoreError):
            hourly.fire()
    first = len(hourly.queue)
    assert first > 0
    assert hourly.fire() > first
    hourly.deliver()
    assert set(hourly.mails().values()) == {1}


def test_a_fanout_whose_time_is_over_is_gone_on_with_by_the_next(hourly: Hourly) -> None:
    hourly.prepare()
    for number, now in enumerate(hours(hourly.now, 36)):
        hourly.now = now
        left_s = 10.0 if number % 2 else 900.0
        hourly.service.fanout(now, time_left_s=partial(float, left_s))
        hourly.deliver()
    assert hourly.counts(DAILY) == {DeliveryState.SENT: READERS}


def test_who_leaves_between_plan_and_mail_gets_none(hourly: Hourly) -> None:
    hourly.prepare()
    hourly.now = ALL_HOURS_BEGUN
    hourly.fire()
    reader = next(hourly.store.subscribers.list_by_state(SubscriberState.ACTIVE))
    hourly.store.subscribers.save(replace(reader, state=SubscriberState.UNSUBSCRIBED))
    hourly.deliver()
    counts = hourly.counts(DAILY)
    assert counts[DeliveryState.SKIPPED] == 1
    assert counts[DeliveryState.SENT] == READERS - 1


def one_parcel(hourly: Hourly) -> Parcel:
    hourly.prepare()
    hourly.now = ALL_HOURS_BEGUN
    hourly.fire()
    (message,) = hourly.queue.take_all()
    return unpack(message)


def test_a_parcel_that_is_too_old_is_skipped_and_accounted_for(hourly: Hourly) -> None:
    parcel = one_parcel(hourly)
    hourly.now += timedelta(hours=25)
    (message,) = pack(parcel)
    worked = hourly.service.worker().work(message)
    assert worked.sent == 0
    assert hourly.counts(DAILY) == {DeliveryState.SKIPPED: len(parcel.shares)}


def test_a_parcel_without_its_bundle_fails_and_loses_nothing(hourly: Hourly) -> None:
    parcel = one_parcel(hourly)
    (lost,) = pack(replace(parcel, bundle=parcel.bundle.replace(".json.gz", ".json.gz")[::-1]))
    with pytest.raises(BundleError):
        hourly.service.worker().work(lost)
    for path in (hourly.folder / "bundles").iterdir():
        path.rename(path.with_suffix(".away"))
    (message,) = pack(parcel)
    hourly.restarted()
    with pytest.raises(BundleError, match="missing"):
        hourly.service.worker().work(message)
    for path in (hourly.folder / "bundles").iterdir():
        path.rename(path.with_suffix(".gz"))
    assert hourly.service.worker().work(message).sent == len(parcel.shares)


def test_a_message_that_is_no_parcel_is_refused(hourly: Hourly) -> None:
    with pytest.raises(UnreadableParcelError):
        hourly.service.worker().work("not a parcel")
    assert hourly.counts(DAILY) == {}


def test_a_worker_whose_time_is_over_leaves_the_rest_to_the_next(hourly: Hourly) -> None:
    (message,) = pack(one_parcel(hourly))
    stop = Event()
    stop.set()
    worked = hourly.service.worker().work(message, stop=stop)
    assert worked.sent == 0
    assert worked.is_left
    assert hourly.service.worker().work(message).sent == READERS


class Full:
    """A mailer whose quota is used up after three mails."""

    def __init__(self) -> None:
        self.left = 3

    def send(self, envelope: Envelope) -> Receipt:
        if self.left == 0:
            raise QuotaExceededError("the quota is used up", retry_after_s=1800.0)
        self.left -= 1
        return Receipt(provider_id=envelope.delivery_id, accepted_at=datetime.now(UTC))

    def close(self) -> None:
        """Do nothing."""


def test_what_the_quota_does_not_hold_is_parked_and_goes_on_by_itself(hourly: Hourly) -> None:
    (message,) = pack(one_parcel(hourly))
    worker = hourly.service.worker()
    own, full = worker.mailer, Full()
    worker.mailer = full
    worker.workers = 1
    assert worker.work(message).error is None
    counts = hourly.counts(DAILY)
    assert counts[DeliveryState.PARKED] == READERS - 3
    assert counts[DeliveryState.SENT] == 3
    worker.mailer = own
    hourly.now += HOUR
    hourly.fire()
    hourly.deliver()
    assert hourly.counts(DAILY) == {DeliveryState.SENT: READERS}


def test_an_issue_is_closed_once_no_reader_can_be_added(hourly: Hourly) -> None:
    (message,) = pack(one_parcel(hourly))
    hourly.service.worker().work(message)
    progress = hourly.store.ledger.progress(DAILY)
    assert progress is not None
    assert progress.state == "open"
    hourly.now += 24 * HOUR
    hourly.fire()
    progress = hourly.store.ledger.progress(DAILY)
    assert progress is not None
    assert progress.state == "done"
