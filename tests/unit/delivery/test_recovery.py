"""The ways out of UNKNOWN: an event, long silence among living events, an operator."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.deliver import deliver
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.recovery import SILENCE
from newsletter.mailers.ses import SesMailer, SesOptions
from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryEvent, DeliveryState, Receipt, Settlement
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID
from tests.factories import NOW
from tests.servers.fake_ses import FakeSes
from tests.servers.fake_ses_events import make_event
from tests.servers.fake_ses_script import ERROR_500, OK, REPLY_LOST
from tests.unit.delivery.event_scene import mail_of, take_in
from tests.unit.delivery.scripted import compose, plan_readers

S = DeliveryState
"""Ten minutes over the silence that is asked for."""
LATER = NOW + SILENCE + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def send(
    store: SqliteStore, ses: FakeSes, *, now: datetime = NOW, resend_silent: bool = True
) -> int:
    """Run at this instant; return how many mails were sent."""
    options = SesOptions(
        configuration_set="newsletter", region="eu-west-1", endpoint_url=ses.url, read_timeout_s=5
    )
    mailer = SesMailer(options, clock=lambda: now)
    try:
        return deliver(
            ISSUE_ID,
            ledger=store.ledger,
            events=store.events,
            mailer=mailer,
            compose=compose,
            clock=lambda: now,
            pause=lambda seconds: None,
            workers=1,
            policy=SendPolicy(resend_silent=resend_silent),
        ).sent
    finally:
        mailer.close()


def hear_of_all(store: SqliteStore, ses: FakeSes) -> None:
    take_in(store, *(json.dumps(make_event("Delivery", mail)) for mail in ses.outbox))


def test_a_mail_whose_reply_was_lost_is_sent_once_and_its_event_says_so(
    store: SqliteStore,
) -> None:
    plan_readers(store, 3)
    with FakeSes() as ses:
        ses.account.max_per_second = 1_000
        ses.script(OK, REPLY_LOST)
        assert send(store, ses) == 2
        assert store.ledger.count_by_state(ISSUE_ID) == {S.SENT: 2, S.UNKNOWN: 1}
        hear_of_all(store, ses)
        assert store.ledger.count_by_state(ISSUE_ID) == {S.DELIVERED: 3}
        assert send(store, ses, now=LATER) == 0
        assert len({mail.delivery_id for mail in ses.outbox}) == len(ses.outbox) == 3


def test_a_mail_that_was_not_accepted_is_sent_again_when_only_its_own_events_are_missing(
    store: SqliteStore,
) -> None:
    plan_readers(store, 3)
    with FakeSes() as ses:
        ses.account.max_per_second = 1_000
        ses.script(ERROR_500)
        assert send(store, ses) == 2
        _accept_later(store)
        hear_of_all(store, ses)
        assert send(store, ses, now=NOW + SILENCE - timedelta(minutes=1)) == 0
        assert send(store, ses, now=LATER, resend_silent=False) == 0
        assert send(store, ses, now=LATER) == 1
        assert len({mail.delivery_id for mail in ses.outbox}) == len(ses.outbox) == 3


def test_nothing_is_sent_again_while_no_events_arrive_at_all(store: SqliteStore) -> None:
    plan_readers(store, 3)
    with FakeSes() as ses:
        ses.account.max_per_second = 1_000
        ses.script(REPLY_LOST)
        assert send(store, ses) == 2
        _accept_later(store)
        assert send(store, ses, now=LATER) == 0
        assert len(ses.outbox) == 3


def test_what_an_event_said_while_the_mail_was_on_its_way_counts_before_it_is_sent_again(
    store: SqliteStore,
) -> None:
    plan_readers(store, 3)
    with FakeSes() as ses:
        (claim,) = store.ledger.claim(ISSUE_ID, limit=1, lease_until=NOW)
        overtaken = make_event("Send", mail_of(int(claim.subscriber.id[-3:])))
        assert take_in(store, json.dumps(overtaken)).changes == {}
        assert send(store, ses) == 2
        hear_of_all(store, ses)
        assert store.ledger.count_by_state(ISSUE_ID) == {S.DELIVERED: 2, S.SENT: 1}
        assert send(store, ses, now=LATER) == 0


def test_a_mail_of_which_an_event_waits_is_not_silent(store: SqliteStore) -> None:
    plan_readers(store, 2)
    unknown, later = store.ledger.claim(ISSUE_ID, limit=2, lease_until=NOW + SILENCE)
    store.ledger.settle_all([Settlement(claim=unknown, state=S.UNKNOWN, at=NOW)])
    mail = mail_of(int(later.subscriber.id[-3:]), hours=1)
    receipt = Receipt(provider_id=mail.message_id, accepted_at=mail.accepted_at)
    store.ledger.settle(later, S.SENT, receipt=receipt)
    take_in(store, json.dumps(make_event("Delivery", mail)))
    window = {"settled_after": NOW - SILENCE, "settled_before": NOW + SILENCE}
    assert store.ledger.silent_unknown(ISSUE_ID, max_resends=1, **window) == (unknown.delivery.id,)
    event = make_event("Send", mail_of(int(unknown.subscriber.id[-3:])))
    kept = [each for each in read_events(json.dumps(event)) if isinstance(each, DeliveryEvent)]
    store.events.keep(kept, received_at=NOW)
    assert store.ledger.silent_unknown(ISSUE_ID, max_resends=1, **window) == ()


def test_it_is_sent_again_by_itself_only_once(store: SqliteStore) -> None:
    plan_readers(store, 3)
    with FakeSes() as ses:
        ses.account.max_per_second = 1_000
        ses.script(ERROR_500)
        send(store, ses)
        _accept_later(store)
        hear_of_all(store, ses)
        ses.script(ERROR_500)
        assert send(store, ses, now=LATER) == 0
        _accept_later(store, minutes=60)
        assert send(store, ses, now=LATER + timedelta(hours=2)) == 0
        assert store.ledger.count_by_state(ISSUE_ID)[S.UNKNOWN] == 1


def _accept_later(store: SqliteStore, *, minutes: int = 1) -> None:
    """Let the mails that were accepted be those of a later minute."""
    at = (NOW + timedelta(minutes=minutes)).isoformat(timespec="microseconds")
    with store._file.write() as database:
        database.execute(
            "UPDATE deliveries SET accepted_at = :at WHERE accepted_at IS NOT NULL", {"at": at}
        )
