"""The hourly service at its limits: of the provider, of time, of what can be put in order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from newsletter.carriers.folder import FolderBundles
from newsletter.errors import QuotaExceededError, StoreError
from newsletter.fanout import plan, sweep
from newsletter.fanout.bundle import decode_bundle
from newsletter.fanout.parcel import pack, unpack
from newsletter.fanout.sweep import Sweeper
from newsletter.model import DeliveryState, Issue, SkipReason
from newsletter.ports import Mailer
from tests.e2e.hourly import HOUR, Hourly, make_readers
from tests.unit.delivery.scripted import MeteredMailer

TUESDAY = date(2026, 11, 17)
DAILY = f"{TUESDAY}-daily"
READERS = 24


@pytest.fixture
def hourly(tmp_path: Path) -> Iterator[Hourly]:
    """A service at the end of a day that is prepared, with readers of all hours."""
    made = Hourly(tmp_path)
    made.store.subscribers.add_all(make_readers(READERS))
    made.announce(TUESDAY)
    made.now = datetime(2026, 11, 17, 5, 30, tzinfo=UTC)
    made.prepare()
    made.now = datetime(2026, 11, 18, 4, 59, tzinfo=UTC)
    yield made
    made.close()


@pytest.fixture
def metered(hourly: Hourly, monkeypatch: pytest.MonkeyPatch) -> MeteredMailer:
    """The mailer of the service, whose provider tells its limits."""
    mailer = MeteredMailer()

    @contextmanager
    def lend() -> Iterator[Mailer]:
        yield mailer

    monkeypatch.setattr(hourly.app, "mailer", lend)
    return mailer


def test_many_parcels_ask_the_provider_once(hourly: Hourly, metered: MeteredMailer) -> None:
    hourly.fire()
    (message,) = hourly.queue.take_all()
    parcel = unpack(message)
    for share in parcel.shares:
        (alone,) = pack(replace(parcel, shares=(share,)))
        hourly.service.worker().work(alone)
    assert metered.accepted.total() == READERS
    assert metered.asked == 1


def test_a_worker_that_meets_the_quota_does_not_count_the_mails_of_weeks(
    hourly: Hourly, metered: MeteredMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(_ledger: object, _at: datetime) -> None:
        pytest.fail("this reads all mails of the last issues")

    def refuse(_envelope: object) -> None:
        raise QuotaExceededError("the quota is used up")

    monkeypatch.setattr(type(hourly.store.ledger), "sends_since", count)
    metered.script[""] = [refuse] * READERS
    hourly.fire()
    (message,) = hourly.queue.take_all()
    hourly.service.worker().work(message)
    progress = hourly.store.ledger.progress(DAILY)
    assert progress is not None
    assert progress.parked_until == hourly.now + HOUR


def test_what_cannot_be_put_in_order_keeps_nobody_from_their_mail(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sweeper: Sweeper, _now: datetime) -> int:
        raise StoreError("a row is damaged")

    monkeypatch.setattr(Sweeper, "run", fail)
    with pytest.raises(StoreError, match="damaged"):
        hourly.fire()
    hourly.deliver()
    assert hourly.counts(DAILY) == {DeliveryState.SENT: READERS}


def test_what_is_put_again_is_never_held_all_at_once(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    hourly.fire()
    (message,) = hourly.queue.take_all()
    parcel = unpack(message)
    hourly.store.ledger.plan(
        replace(_issue(hourly, parcel.bundle), created_at=hourly.now), parcel.deliveries()
    )
    monkeypatch.setattr(sweep, "ROWS_AT_ONCE", 5)
    put: list[int] = []
    put_all = hourly.queue.put_all

    def note(messages: Sequence[str]) -> None:
        put.append(sum(len(unpack(each).shares) for each in messages))
        put_all(messages)

    monkeypatch.setattr(hourly.queue, "put_all", note)
    hourly.now += HOUR
    hourly.fire()
    assert sum(put) == READERS
    assert max(put) == 5
    monkeypatch.undo()
    hourly.deliver()
    assert hourly.counts(DAILY) == {DeliveryState.SENT: READERS}


def test_no_load_is_begun_that_may_not_end_in_time(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "Planner", partial(plan.Planner, readers_at_once=1))
    left = iter((900.0, 500.0, 100.0))
    report = hourly.service.fanout(hourly.now, time_left_s=lambda: next(left))
    assert report is not None
    assert report.is_cut
    assert report.readers < READERS


def _issue(hourly: Hourly, bundle: str) -> Issue:
    files = FolderBundles(hourly.folder / "bundles")
    return decode_bundle(bundle, files.get(bundle)).issue


def test_a_late_parcel_is_skipped_without_a_look_at_other_mails(
    hourly: Hourly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(_ledger: object, _before: datetime) -> None:
        pytest.fail("this reads all mails of the issue, for each parcel")

    hourly.fire()
    hourly.now += 25 * HOUR
    monkeypatch.setattr(type(hourly.store.ledger), "skip_overdue", look)
    hourly.deliver(twice=True)
    assert hourly.counts(DAILY) == {DeliveryState.SKIPPED: READERS}
    reasons = {each.reason for each in hourly.store.ledger.deliveries(DAILY)}
    assert reasons == {SkipReason.PAST_DEADLINE.value}
