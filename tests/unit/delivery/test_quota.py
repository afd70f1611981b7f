"""The provider's day: refused before the start, parked in the middle, going on by itself."""

from datetime import timedelta

import pytest

from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.quota import frees_at
from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerUnavailableError,
    QuotaExceededError,
    SendingPausedError,
)
from newsletter.model import DeliveryState, IssueState, SendQuota
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID, make_delivery
from tests.factories import NOW, make_issue, make_subscriber
from tests.unit.delivery.scripted import MeteredMailer, plan_readers, raising, run

S = DeliveryState
HOUR = timedelta(hours=1)
PATIENT = SendPolicy(deadline=None)


def state_of(store: SqliteStore) -> IssueState:
    progress = store.ledger.progress(ISSUE_ID)
    assert progress is not None
    return progress.state


def test_a_run_that_fits_asks_once_and_closes_the_issue(store: SqliteStore) -> None:
    plan_readers(store, 20)
    mailer = MeteredMailer(max_per_day=20)
    report = run(store, mailer)
    assert (report.sent, report.exit_code, mailer.asked) == (20, 0, 1)
    assert report.per_second == 8_000
    assert state_of(store) is IssueState.DONE


def test_a_run_that_does_not_fit_is_refused_with_the_numbers_and_the_fix(
    store: SqliteStore,
) -> None:
    plan_readers(store, 20)
    report = run(store, MeteredMailer(max_per_day=100, sent_last_day=88))
    assert (report.sent, report.left, report.parked, report.exit_code) == (0, 20, 0, 69)
    told = str(report.stopped_by)
    assert "20 mails are to be sent; of 100 in 24 hours 12 are left" in told
    assert "--spread" in told


def test_spread_sends_what_fits_and_parks_the_rest(store: SqliteStore) -> None:
    plan_readers(store, 20)
    mailer = MeteredMailer(max_per_day=100, sent_last_day=88)
    report = run(store, mailer, policy=SendPolicy(spread=True))
    assert (report.sent, report.left, report.parked, report.exit_code) == (12, 0, 8, 3)
    assert report.parked_until == NOW + 24 * HOUR
    assert mailer.accepted.total() == 12


def test_what_is_parked_goes_on_by_itself_when_the_quota_frees(store: SqliteStore) -> None:
    plan_readers(store, 20)
    mailer = MeteredMailer(max_per_day=12)
    run(store, mailer, policy=SendPolicy(spread=True))
    before = run(store, mailer, clock=lambda: NOW + 23 * HOUR, policy=PATIENT)
    assert (before.sent, before.parked, mailer.asked) == (0, 8, 1)
    after = run(store, mailer, clock=lambda: NOW + 24 * HOUR, policy=PATIENT)
    assert (after.sent, after.parked, after.exit_code) == (8, 0, 0)
    assert set(mailer.accepted.values()) == {1}


def test_what_was_begun_goes_on_with_what_the_quota_holds_now(store: SqliteStore) -> None:
    plan_readers(store, 30)
    mailer = MeteredMailer(max_per_day=10)
    run(store, mailer, policy=SendPolicy(spread=True))
    second = run(store, mailer, clock=lambda: NOW + 24 * HOUR, policy=PATIENT)
    assert (second.sent, second.parked) == (10, 10)


@pytest.mark.parametrize(
    "error", [QuotaExceededError("Daily message quota exceeded."), SendingPausedError("paused")]
)
def test_a_quota_that_ends_in_the_middle_parks_the_rest(
    store: SqliteStore, error: MailerStoppedError
) -> None:
    plan_readers(store, 30)
    mailer = MeteredMailer()
    mailer.script[""] = [lambda envelope: None] * 5 + [raising(error)] * 99
    report = run(store, mailer, workers=1)
    assert report.sent == mailer.accepted.total() == 5
    assert (report.left, report.parked, report.exit_code) == (0, 25, 69)
    assert store.ledger.count_by_state(ISSUE_ID) == {S.SENT: 5, S.PARKED: 25}
    mailer.script[""] = []
    assert run(store, mailer, clock=lambda: NOW + 24 * HOUR, policy=PATIENT).sent == 25
    assert set(mailer.accepted.values()) == {1}


def test_a_paused_account_parks_before_the_first_mail(store: SqliteStore) -> None:
    plan_readers(store, 3)
    mailer = MeteredMailer(sending_enabled=False)
    report = run(store, mailer)
    assert (report.parked, mailer.tried.total()) == (3, 0)
    assert isinstance(report.stopped_by, SendingPausedError)
    assert report.parked_until == NOW + HOUR


def test_an_account_that_does_not_answer_leaves_everything_planned(store: SqliteStore) -> None:
    plan_readers(store, 3)

    class Silent(MeteredMailer):
        def account(self) -> SendQuota:
            raise MailerUnavailableError("no answer")

    report = run(store, Silent())
    assert (report.left, report.exit_code) == (3, 69)


def test_readers_who_are_planned_while_it_is_parked_wait_too(store: SqliteStore) -> None:
    plan_readers(store, 2)
    store.ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota")
    store.subscribers.add(make_subscriber(3))
    store.ledger.plan(make_issue(), [make_delivery(3)])
    assert run(store, MeteredMailer()).parked == 3


def test_parked_mails_have_a_deadline_too(store: SqliteStore) -> None:
    plan_readers(store, 2)
    store.ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota")
    report = run(store, MeteredMailer(), clock=lambda: NOW + 25 * HOUR)
    assert (report.sent, report.skipped, report.parked) == (0, 2, 0)
    assert state_of(store) is IssueState.DONE


def test_a_limited_run_is_weighed_by_its_limit(store: SqliteStore) -> None:
    plan_readers(store, 20)
    report = run(store, MeteredMailer(max_per_day=5), limit=5)
    assert (report.sent, report.left, report.exit_code) == (5, 15, 0)


def test_only_the_chosen_are_sent(store: SqliteStore) -> None:
    plan_readers(store, 20)
    mailer = MeteredMailer(max_per_day=2)
    chosen = {make_delivery(7).id, make_delivery(9).id}
    report = run(store, mailer, only=chosen)
    assert (report.sent, set(mailer.accepted)) == (2, chosen)
    assert (report.left, report.unknown, report.exit_code) == (0, 0, 0)


@pytest.mark.parametrize(
    ("error", "first_hours_ago", "expected"),
    [
        (QuotaExceededError("full"), 20.0, 4 * HOUR),
        (QuotaExceededError("full"), 23.99, timedelta(minutes=15)),
        (QuotaExceededError("full"), None, HOUR),
        (QuotaExceededError("full", retry_after_s=60), 20.0, timedelta(seconds=60)),
        (SendingPausedError("paused"), 20.0, HOUR),
    ],
)
def test_when_to_try_again(
    store: SqliteStore, error: MailerError, first_hours_ago: float | None, expected: timedelta
) -> None:
    assert isinstance(error, MailerStoppedError)
    if first_hours_ago is not None:
        plan_readers(store, 1)
        run(store, MeteredMailer())
        now = NOW + timedelta(hours=first_hours_ago)
    else:
        now = NOW
    assert frees_at(error, store.ledger, now) - now == pytest.approx(expected, abs=HOUR / 1000)
