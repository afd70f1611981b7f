"""A run: what is sent, what is left, what is told."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.delivery.accounting import account
from newsletter.delivery.backoff import MAX_PAUSES
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.run import MAX_TRIES
from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
    StoreError,
)
from newsletter.model import Claim, DeliveryState, Envelope, IssueState
from newsletter.stores.sqlite import SqliteStore
from subscribers.model import SubscriberState
from tests.contract.stores.values import ISSUE_ID, LEASE_UNTIL, make_delivery
from tests.factories import NOW, make_issue, make_subscriber
from tests.unit.delivery.scripted import (
    ScriptedMailer,
    compose,
    compose_except,
    plan_readers,
    raising,
    run,
)

ONE = "reader1@example.org"


def counts(store: SqliteStore) -> Mapping[DeliveryState, int]:
    return store.ledger.count_by_state(ISSUE_ID)


def test_everyone_gets_one_mail_and_the_ledger_knows_its_bytes(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 30)
    told: list[Outcome] = []
    report = run(store, mailer, on_progress=told.append)
    assert (report.sent, report.left, report.exit_code) == (30, 0, 0)
    assert set(mailer.accepted.values()) == {1}
    assert len(told) == len(mailer.accepted) == 30
    for delivery in store.ledger.deliveries(ISSUE_ID):
        raw = f"Subject: {delivery.id}\r\n\r\nHello.\r\n".encode()
        assert delivery.body_sha256 == hashlib.sha256(raw).hexdigest()
        assert delivery.provider_id == f"ok-{delivery.id}"
    assert account(counts(store)).adds_up


def test_a_second_run_sends_nothing(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 3)
    run(store, mailer)
    assert run(store, mailer).sent == 0
    assert mailer.accepted.total() == 3


def test_who_unsubscribes_after_the_plan_is_skipped(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 3)
    store.subscribers.save(replace(make_subscriber(2), state=SubscriberState.UNSUBSCRIBED))
    report = run(store, mailer)
    assert (report.sent, report.skipped) == (2, 1)
    assert mailer.tried["reader2@example.org"] == 0


def test_who_was_skipped_when_the_issue_was_planned_is_told(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 3)
    nothing = replace(
        make_delivery(4), picks=(), state=DeliveryState.SKIPPED, reason="nothing_to_say"
    )
    store.ledger.plan(make_issue(), [nothing])
    report = run(store, mailer)
    assert (report.sent, report.skipped, report.exit_code) == (3, 1, 0)


def test_what_stays_unknown_is_told_by_every_run(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 2)
    store.ledger.claim(ISSUE_ID, limit=1, lease_until=NOW)
    store.ledger.expire_leases(NOW)
    for sent in (1, 0):
        report = run(store, mailer)
        assert (report.sent, report.unknown, report.exit_code) == (sent, 1, 3)


def test_who_unsubscribes_in_the_middle_of_a_run_is_skipped(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 9)

    def all_leave(envelope: Envelope) -> None:
        for subscriber in store.subscribers.list_by_state(SubscriberState.ACTIVE):
            store.subscribers.save(replace(subscriber, state=SubscriberState.UNSUBSCRIBED))

    mailer.script[""] = [all_leave]
    report = run(store, mailer, workers=1)
    assert (report.sent, report.skipped) == (1, 8)


def test_a_limit_is_kept_and_the_rest_is_left(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 10)
    report = run(store, mailer, limit=3)
    assert (report.sent, report.left, report.was_limited, report.exit_code) == (3, 7, True, 0)


def test_nothing_is_sent_of_a_paused_issue(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 3)
    store.ledger.set_issue_state(ISSUE_ID, IssueState.PAUSED)
    report = run(store, mailer)
    assert (report.sent, report.left, report.exit_code) == (0, 3, 3)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (MessageRejectedError("550 no such user"), DeliveryState.REJECTED),
        (OutcomeUnknownError("timed out"), DeliveryState.UNKNOWN),
        (MailerError("of a kind nobody knows"), DeliveryState.UNKNOWN),
    ],
)
def test_a_failure_of_one_mail_is_recorded_and_the_others_go_on(
    store: SqliteStore, mailer: ScriptedMailer, error: MailerError, state: DeliveryState
) -> None:
    plan_readers(store, 9)
    mailer.script[ONE] = [raising(error)]
    report = run(store, mailer)
    assert counts(store) == {DeliveryState.SENT: 8, state: 1}
    assert mailer.tried[ONE] == 1
    assert report.exit_code == 3
    (failed,) = store.ledger.deliveries(ISSUE_ID, state=state)
    assert failed.reason == str(error)
    assert not store.ledger.shown_papers([failed.subscriber_id])[failed.subscriber_id]


def test_a_refusal_for_now_is_tried_again_and_the_others_do_not_wait(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 9)
    pauses: list[float] = []
    mailer.script[ONE] = [raising(MailerUnavailableError("450 greylisted"))]
    report = run(store, mailer, pause=pauses.append)
    assert (report.sent, report.left, pauses) == (9, 0, [])
    assert mailer.tried[ONE] == 2


def test_a_mail_that_is_always_refused_for_now_is_left_after_a_few_tries(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 9)
    mailer.script[ONE] = [raising(MailerUnavailableError("450 greylisted"))] * 99
    report = run(store, mailer)
    assert (report.sent, report.left, report.exit_code) == (8, 1, 3)
    assert mailer.tried[ONE] == MAX_TRIES
    assert (report.dealt_with, report.why_left) == (9, "450 greylisted")
    (left,) = store.ledger.deliveries(ISSUE_ID, state=DeliveryState.PLANNED)
    assert left.reason == "450 greylisted"


def test_what_is_handed_back_untried_keeps_its_reason_until_it_is_sent(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 2)
    mailer.script[""] = [raising(MailerStoppedError("login refused"))]
    run(store, mailer, workers=1, limit=1)
    gone = threading.Event()

    def go(claim: Claim) -> Envelope:
        gone.set()
        return compose(claim)

    run(store, mailer, compose=go, stop=gone)
    found = sorted(store.ledger.deliveries(ISSUE_ID), key=lambda each: each.attempt)
    assert [(each.attempt, each.reason) for each in found] == [(1, None), (2, "login refused")]
    assert run(store, mailer).sent == 2
    assert {each.reason for each in store.ledger.deliveries(ISSUE_ID)} == {None}


def test_throttling_pauses_the_run_as_long_as_asked_and_loses_nothing(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 9)
    pauses: list[float] = []
    mailer.script[""] = [raising(MailerThrottledError("slower", retry_after_s=7))]
    report = run(store, mailer, pause=pauses.append)
    assert (report.sent, pauses) == (9, [7.0])
    assert set(mailer.accepted.values()) == {1}


def test_a_server_that_is_gone_ends_the_run_with_everything_still_planned(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 40)
    pauses: list[float] = []
    mailer.script[""] = [raising(MailerUnavailableError("no connection"))] * 999
    report = run(store, mailer, pause=pauses.append)
    assert (report.sent, report.left, report.exit_code) == (0, 40, 69)
    assert pauses == [2.0**number for number in range(MAX_PAUSES)]
    assert counts(store) == {DeliveryState.PLANNED: 40}


def test_a_wait_too_long_for_a_run_ends_it(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 4)
    mailer.script[""] = [raising(MailerThrottledError("tomorrow", retry_after_s=86_400))] * 9
    pauses: list[float] = []
    report = run(store, mailer, pause=pauses.append)
    assert (report.left, report.exit_code, pauses) == (4, 69, [])


def test_a_stopped_mailer_ends_the_run_and_the_rest_stays_planned(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 50)
    error = MailerStoppedError("login refused")
    mailer.script[""] = [raising(error)] * 99
    report = run(store, mailer)
    assert (report.sent, report.left, report.stopped_by) == (0, 50, error)
    assert mailer.tried.total() <= 4
    assert report.exit_code == 69


def test_a_mail_that_breaks_our_rules_stays_planned_and_is_reported_as_a_bug(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 12)
    report = run(store, mailer, compose=compose_except(ONE, "reader7@example.org"))
    assert (report.sent, report.left, report.exit_code) == (10, 2, 70)
    assert len(report.unrendered) == 2
    assert counts(store) == {DeliveryState.SENT: 10, DeliveryState.PLANNED: 2}
    assert run(store, mailer).sent == 2


def test_a_crash_while_composing_hands_the_claim_back_and_is_raised(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 20)

    def broken(claim: Claim) -> Envelope:
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        run(store, mailer, compose=broken)
    assert counts(store) == {DeliveryState.PLANNED: 20}


def test_a_crash_while_sending_leaves_the_outcome_unknown_and_is_raised(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 20)
    mailer.script[ONE] = [raising(ZeroDivisionError("a bug"))]
    with pytest.raises(ZeroDivisionError):
        run(store, mailer)
    after = counts(store)
    assert after[DeliveryState.UNKNOWN] == 1
    assert DeliveryState.SENDING not in after
    assert after[DeliveryState.SENT] == mailer.accepted.total()


def test_a_ledger_that_cannot_record_ends_the_run(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 20)

    def fill_the_disk(envelope: Envelope) -> None:
        with store._file.read() as connection:
            connection.execute("PRAGMA query_only = ON")

    mailer.script[""] = [fill_the_disk]
    with pytest.raises(StoreError, match="may not be written"):
        run(store, mailer, workers=1)
    with store._file.read() as connection:
        connection.execute("PRAGMA query_only = OFF")
    run(store, mailer, clock=lambda: NOW + timedelta(hours=1))
    assert set(mailer.accepted.values()) == {1}
    assert counts(store) == {DeliveryState.SENT: 19, DeliveryState.UNKNOWN: 1}


def test_a_stop_finishes_what_is_in_flight_and_leaves_the_rest(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 50)
    stop = threading.Event()
    mailer.script[""] = [lambda envelope: stop.set()]
    report = run(store, mailer, stop=stop, workers=2)
    assert report.was_interrupted
    assert report.sent == mailer.accepted.total() <= 2
    assert report.sent + report.left == 50
    assert DeliveryState.SENDING not in counts(store)


def test_a_stop_ends_a_pause_at_once(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 4)
    stop = threading.Event()

    def throttle_and_stop(envelope: Envelope) -> None:
        stop.set()
        raise MailerThrottledError("slower", retry_after_s=50)

    mailer.script[""] = [throttle_and_stop]
    report = run(store, mailer, stop=stop, pause=None, workers=1)
    assert (report.sent, report.left) == (0, 4)


def test_a_lease_that_another_run_left_behind_becomes_unknown_and_is_not_sent(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 3)
    store.ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
    report = run(store, mailer, clock=lambda: LEASE_UNTIL)
    assert (report.sent, report.unknown, report.exit_code) == (2, 1, 3)
    assert counts(store) == {DeliveryState.SENT: 2, DeliveryState.UNKNOWN: 1}


def test_a_mail_whose_lease_ran_out_while_it_was_composed_is_not_handed_over(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 1)
    now = [NOW]

    def slowly(claim: Claim) -> Envelope:
        now[0] += timedelta(minutes=10)
        store.ledger.expire_leases(now[0])
        return compose(claim)

    report = run(store, mailer, compose=slowly, clock=lambda: now[0], lease_s=60)
    assert (mailer.accepted.total(), report.sent, report.unknown) == (0, 0, 1)


def test_claims_grow_with_the_rate_but_stay_a_fraction_of_a_second(
    store: SqliteStore, mailer: ScriptedMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_readers(store, 200)
    sizes: list[int] = []
    claim = store.ledger.claim

    def counting(issue_id: str, **options: object) -> tuple[Claim, ...]:
        claims = claim(issue_id, **options)  # type: ignore[arg-type] # passed through
        sizes.append(len(claims))
        return claims

    monkeypatch.setattr(store.ledger, "claim", counting)
    ticks = iter(NOW + timedelta(milliseconds=number) for number in range(100_000))
    lock = threading.Lock()

    def clock() -> object:
        with lock:
            return next(ticks)

    assert run(store, mailer, clock=clock, lease_s=1e6).sent == 200
    # The clock moves a millisecond with each look, so no more than 1,000 can be sent in a second.
    assert 4 < max(sizes) <= 100
