"""What comes back about mails, from the payload to the ledger and the reader."""

import json
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from newsletter.delivery.event_report import EventReport
from newsletter.delivery.event_unreadable import MAX_EXCERPT_CHARS
from newsletter.delivery.events import KEEP, apply_kept, apply_payloads, forget_old_events
from newsletter.errors import StoreError
from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import SqliteStore
from subscribers.model import SubscriberState
from subscribers.suppression import SuppressionReason
from tests.factories import NOW, make_subscriber
from tests.servers.fake_ses_events import in_eventbridge, in_sns, in_sqs_records
from tests.unit.delivery.event_scene import (
    LATER,
    end_state,
    issue_name,
    payload,
    plan_issue,
    send_issue,
    soft_bounce,
    state_of,
    take_in,
)

S = DeliveryState


def reader_state(store: SqliteStore, number: int = 1) -> SubscriberState | None:
    found = store.subscribers.get(make_subscriber(number).id)
    return found.state if found else None


@pytest.fixture
def sent(store: SqliteStore) -> SqliteStore:
    """A store with one mail that is SENT."""
    plan_issue(store)
    send_issue(store)
    return store


@pytest.mark.parametrize(
    ("kind", "state", "reader"),
    [
        ("Send", S.SENT, "active"),
        ("Delivery", S.DELIVERED, "active"),
        ("DeliveryDelay", S.DELAYED, "active"),
        ("Bounce", S.BOUNCED, "suppressed"),
        ("Complaint", S.COMPLAINED, "suppressed"),
        ("Reject", S.REJECTED, "active"),
        ("Subscription", S.SENT, "unsubscribed"),
    ],
)
def test_what_each_event_does(
    sent: SqliteStore, kind: str, state: DeliveryState, reader: str
) -> None:
    report = take_in(sent, payload(kind))
    assert (report.payloads, report.new) == (1, 1)
    assert state_of(sent) is state
    assert reader_state(sent) == reader
    assert report.changes == ({state: 1} if state is not S.SENT else {})
    assert (report.suppressed, report.unsubscribed) == (
        int(reader == "suppressed"),
        int(reader == "unsubscribed"),
    )


@pytest.mark.parametrize(
    "wrap", [in_sns, in_eventbridge, lambda event: in_sqs_records([in_sns(event)])]
)
def test_whatever_an_event_is_wrapped_in(sent: SqliteStore, wrap: object) -> None:
    assert callable(wrap)
    take_in(sent, wrap(json.loads(payload("Bounce"))))
    assert state_of(sent) is S.BOUNCED


def test_an_event_twice_counts_once(sent: SqliteStore) -> None:
    report = take_in(sent, payload("Bounce"), payload("Bounce")) + take_in(sent, payload("Bounce"))
    assert (report.new, report.repeated, report.suppressed) == (1, 2, 1)


def test_a_complaint_beats_all(sent: SqliteStore) -> None:
    for kind in ("Complaint", "Delivery", "Bounce", "DeliveryDelay", "Subscription"):
        take_in(sent, payload(kind))
        assert state_of(sent) is S.COMPLAINED
        assert reader_state(sent) is SubscriberState.SUPPRESSED
    suppression = sent.suppressions.find(make_subscriber(1).address)
    assert suppression is not None
    assert suppression.reason is SuppressionReason.COMPLAINT


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_papers_that_another_mail_has_shown_stay_shown(
    store: SqliteStore, order: tuple[int, int]
) -> None:
    for issue in order:
        plan_issue(store, issue=issue)
        send_issue(store, issue=issue)
    reader = make_subscriber(1).id
    take_in(store, soft_bounce(issue=0))
    assert len(store.ledger.shown_papers([reader])[reader]) == 2
    take_in(store, soft_bounce(issue=1))
    assert store.ledger.shown_papers([reader])[reader] == set()
    take_in(store, payload("Delivery", issue=1))
    assert len(store.ledger.shown_papers([reader])[reader]) == 2


def test_not_spam_is_no_complaint(sent: SqliteStore) -> None:
    take_in(sent, payload("Complaint", complaintFeedbackType="not-spam"))
    assert (state_of(sent), reader_state(sent)) == (S.SENT, SubscriberState.ACTIVE)


def test_an_event_proves_that_an_unknown_mail_was_accepted(store: SqliteStore) -> None:
    plan_issue(store)
    send_issue(store, state=S.UNKNOWN)
    assert store.ledger.shown_papers([make_subscriber(1).id])[make_subscriber(1).id] == set()
    assert take_in(store, payload("Send")).changes == {S.SENT: 1}
    assert len(store.ledger.shown_papers([make_subscriber(1).id])[make_subscriber(1).id]) == 2


def test_what_was_accepted_after_all_is_not_sent_again(store: SqliteStore) -> None:
    """A mail was handed back as never sent, and was sent."""
    plan_issue(store)
    send_issue(store, state=S.PLANNED)
    take_in(store, payload("Delivery"))
    assert store.ledger.claim(issue_name(0), limit=9, lease_until=LATER) == ()
    assert state_of(store) is S.DELIVERED


def test_a_bounce_of_an_unknown_delivery_is_applied_when_the_delivery_appears(
    store: SqliteStore,
) -> None:
    report = take_in(store, payload("Bounce"))
    assert (report.changes, report.suppressed, store.events.count_waiting()) == ({}, 1, 1)
    store.suppressions.lift(make_subscriber(1).address)
    plan_issue(store)
    send_issue(store)
    assert apply_kept(events=store.events, clock=lambda: LATER) == EventReport(
        changes={S.BOUNCED: 1}
    )
    assert store.events.count_waiting() == 0


def test_an_event_that_overtakes_our_own_write_waits_for_it(store: SqliteStore) -> None:
    plan_issue(store)
    (claim,) = store.ledger.claim(issue_name(0), limit=1, lease_until=LATER)
    take_in(store, payload("Delivery"))
    assert state_of(store) is S.SENDING
    assert store.ledger.settle(claim, S.UNKNOWN)
    apply_kept(events=store.events, clock=lambda: LATER)
    assert state_of(store) is S.DELIVERED


def test_an_address_that_is_nobodys_is_suppressed(store: SqliteStore) -> None:
    take_in(store, payload("Bounce", number=7))
    assert store.suppressions.find(make_subscriber(7).address) is not None


def test_a_bounce_with_several_recipients_suppresses_each(sent: SqliteStore) -> None:
    addresses = ("reader1@example.org", "b@example.org")
    recipients = [{"emailAddress": each, "status": "5.1.1"} for each in addresses]
    assert take_in(sent, payload("Bounce", bouncedRecipients=recipients)).suppressed == 2
    assert all(sent.suppressions.find(each) for each in addresses)


def test_a_bounce_without_recipients_suppresses_nobody(sent: SqliteStore) -> None:
    take_in(sent, payload("Bounce", bouncedRecipients=[]))
    assert (state_of(sent), reader_state(sent)) == (S.BOUNCED, SubscriberState.ACTIVE)


def test_three_full_mailboxes_pause_and_thirty_days_later_mail_is_tried_again(
    store: SqliteStore,
) -> None:
    for issue in range(3):
        plan_issue(store, issue=issue)
        send_issue(store, issue=issue)
    report = take_in(store, *(soft_bounce(issue=issue) for issue in range(3)))
    assert (report.paused, reader_state(store)) == (1, SubscriberState.PAUSED)
    over = NOW.replace(year=NOW.year + 1)
    assert apply_kept(events=store.events, clock=lambda: over).resumed == 1
    assert reader_state(store) is SubscriberState.ACTIVE


def test_out_of_office_answers_are_no_bounces(store: SqliteStore) -> None:
    for issue in range(5):
        plan_issue(store, issue=issue)
        send_issue(store, issue=issue)
        take_in(store, soft_bounce(issue=issue), payload("Delivery", issue=issue))
        assert state_of(store, issue=issue) is S.DELIVERED
    assert reader_state(store) is SubscriberState.ACTIVE


@pytest.mark.parametrize("subtype", ["MessageTooLarge", "ContentRejected", "AttachmentRejected"])
def test_our_own_faults_ring_and_are_no_strikes(store: SqliteStore, subtype: str) -> None:
    bounces = [
        payload("Bounce", issue=issue, bounceType="Transient", bounceSubType=subtype)
        for issue in range(4)
    ]
    with capture_logs() as logs:
        report = take_in(store, *bounces, *bounces)
    assert report.alarms == 4
    assert [log["subtype"] for log in logs if log["event"] == "event.alarmed"] == [subtype] * 4
    assert report.paused == 0


def test_what_is_lifted_stays_so_when_the_same_event_comes_again(sent: SqliteStore) -> None:
    take_in(sent, payload("Bounce"))
    sent.suppressions.lift(make_subscriber(1).address)
    take_in(sent, payload("Bounce"), payload("Delivery"))
    assert reader_state(sent) is SubscriberState.ACTIVE
    assert take_in(sent, payload("Bounce", hours=1, bounceType="Permanent")).suppressed == 1


@pytest.mark.parametrize(
    "bad",
    ["", "{", "[]", '{"eventType": "Bounce"}', '{"eventType": "Bounce", "mail": {}}', "\udc80"],
)
def test_the_unreadable_is_set_aside_and_hides_nothing(sent: SqliteStore, bad: str) -> None:
    report = take_in(sent, bad, payload("Bounce"), bad)
    assert (report.unreadable, report.new, report.exit_code) == (2, 1, 3)
    assert state_of(sent) is S.BOUNCED
    (kept,) = sent.events.unreadable()
    assert kept.times == 2


def test_what_is_not_used_is_counted(sent: SqliteStore) -> None:
    opened = json.dumps({"eventType": "Open", "mail": {}})
    report = take_in(sent, opened, "Successfully validated SNS topic for Amazon SES.")
    assert (report.unused, report.exit_code) == (2, 0)


def test_excerpts_and_logs_hold_no_address(sent: SqliteStore, database_file: Path) -> None:
    bad = payload("Bounce")[:-1] + " reader1%40example.org \\u0040example.org \x1b[2J\u202e"
    with capture_logs() as logs:
        take_in(sent, bad, payload("Bounce"), payload("Reject"), payload("Complaint", number=9))
    assert logs
    assert "@" not in str(logs)
    assert "example.org" not in str(logs)
    (kept,) = sent.events.unreadable()
    assert "[address]" in kept.excerpt
    assert kept.excerpt.isprintable()
    assert len(kept.excerpt) <= MAX_EXCERPT_CHARS
    assert b"reader9" not in database_file.read_bytes()


def test_a_crash_between_keeping_and_applying_loses_nothing(
    sent: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(sent.events, "apply_to_readers", full)
        with pytest.raises(StoreError):
            take_in(sent, payload("Bounce"))
    assert reader_state(sent) is SubscriberState.ACTIVE
    assert apply_kept(events=sent.events, clock=lambda: LATER).suppressed == 1


def test_many_payloads_are_taken_in_portions(store: SqliteStore) -> None:
    plan_issue(store, readers=30)
    send_issue(store)
    payloads = [payload("Delivery", number=n) for n in range(1, 31)] * 20
    report = take_in(store, *payloads)
    assert (report.payloads, report.new, report.repeated) == (600, 30, 570)
    assert store.ledger.count_by_state(issue_name(0)) == {S.DELIVERED: 30}


def test_old_events_are_forgotten_and_what_they_did_stays(sent: SqliteStore) -> None:
    take_in(sent, payload("Bounce"))
    assert forget_old_events(events=sent.events, clock=lambda: LATER + KEEP) == 0
    over = LATER.replace(year=LATER.year + 1)
    assert forget_old_events(events=sent.events, clock=lambda: over) == 1
    assert (state_of(sent), reader_state(sent)) == (S.BOUNCED, SubscriberState.SUPPRESSED)


def test_nothing_is_done_without_payloads(sent: SqliteStore, database_file: Path) -> None:
    before = end_state(database_file)
    report = apply_payloads([], read=read_events, events=sent.events, clock=lambda: LATER)
    assert report == EventReport()
    assert end_state(database_file) == before


@pytest.fixture
def database_file(store: SqliteStore) -> Path:
    return Path(store.path)


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    structlog.reset_defaults()
