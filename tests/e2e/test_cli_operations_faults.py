"""SES throttles, breaks down and loses replies while an operator sends."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryEvent, DeliveryState
from tests.e2e.operations import Desk
from tests.e2e.ready import ISSUE, SEND
from tests.factories import NOW
from tests.servers.fake_ses_events import make_event
from tests.servers.fake_ses_script import (
    ERROR_500,
    OK,
    REPLY_LOST,
    RESET_AFTER_ACCEPT,
    THROTTLED,
    refuse,
)

S = DeliveryState
READERS = 12


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path, readers=READERS) as desk:
        yield desk


def report_everything(desk: Desk) -> None:
    """Let SES tell what became of the mails it took."""
    file = desk.folder / "events.jsonl"
    events = (json.dumps(make_event("Delivery", mail)) for mail in desk.ses.outbox)
    file.write_text("\n".join(events), encoding="utf-8")
    assert desk.run("events", "apply", str(file)).code == 0


def test_a_mail_whose_reply_was_lost_is_sent_once_and_known_by_its_event(desk: Desk) -> None:
    desk.ses.script(OK, REPLY_LOST, RESET_AFTER_ACCEPT)
    sent = desk.run(*SEND, "--json")
    assert (sent.code, sent.json["issues"][0]["unknown"]) == (3, 2)
    assert "2 mails may have been accepted" in sent.err
    assert desk.run(*SEND).code == 3
    assert desk.counts == {S.SENT: READERS - 2, S.UNKNOWN: 2}
    told = desk.run("status")
    assert (told.code, "2 mails may have arrived or not" in told.err) == (0, True)
    report_everything(desk)
    assert desk.counts == {S.DELIVERED: READERS}
    assert desk.run(*SEND).code == 0
    assert desk.accepted == Counter(desk.planned)


def test_what_was_not_accepted_is_sent_again_when_the_operator_says_so(desk: Desk) -> None:
    desk.ses.script(ERROR_500, ERROR_500)
    assert desk.run(*SEND).code == 3
    report_everything(desk)
    assert desk.counts == {S.DELIVERED: READERS - 2, S.UNKNOWN: 2}
    assert desk.run("status", "--json").json["issues"][0]["state"] == "done"
    again = desk.run("resend", ISSUE, "--unknown", "--yes", "--json")
    assert (again.code, again.json["issues"][0]["sent"]) == (0, 2)
    assert desk.accepted == Counter(desk.planned)


def test_events_that_are_here_are_heeded_before_anybody_sends_again(desk: Desk) -> None:
    desk.ses.script(REPLY_LOST, ERROR_500)
    assert desk.run(*SEND).code == 3
    with desk.open_store() as store:
        payloads = (json.dumps(make_event("Send", mail)) for mail in desk.ses.outbox)
        found = [each for payload in payloads for each in read_events(payload)]
        events = [each for each in found if isinstance(each, DeliveryEvent)]
        store.events.keep(events, received_at=NOW)
    again = desk.run("resend", ISSUE, "--unknown", "--yes", "--json")
    assert (again.code, again.json["issues"][0]["sent"]) == (0, 1)
    assert desk.accepted == Counter(desk.planned)


def test_credentials_that_expire_in_the_middle_stop_the_run_and_the_next_goes_on(
    desk: Desk,
) -> None:
    expired = refuse("ExpiredTokenException", status=403)
    desk.ses.decide = lambda mail: expired if len(desk.ses.outbox) >= 3 else None
    sent = desk.run(*SEND)
    assert sent.code == 69
    assert "credentials" in sent.err
    taken = len(desk.ses.outbox)
    assert 3 <= taken < READERS
    assert desk.counts == {S.SENT: taken, S.PLANNED: READERS - taken}
    desk.ses.decide = lambda mail: None
    assert desk.run(*SEND).code == 0
    assert desk.accepted == Counter(desk.planned)


def test_an_address_that_ses_refuses_is_rejected_alone(desk: Desk) -> None:
    desk.ses.script(OK, refuse("BadRequestException", "Illegal address"))
    assert desk.run(*SEND).code == 3
    assert desk.counts == {S.SENT: READERS - 1, S.REJECTED: 1}
    (row,) = desk.run("deliveries", ISSUE, "--state", "rejected", "--json").json
    assert "Illegal address" in row["reason"]
    assert desk.run("status").code == 0


def test_throttling_loses_nobody(desk: Desk) -> None:
    desk.ses.script(OK, THROTTLED, THROTTLED)
    sent = desk.run(*SEND)
    assert sent.code == 0, sent.err
    assert desk.accepted == Counter(desk.planned)


def test_refusals_in_a_row_pause_the_issue_until_the_operator_resumes_it(desk: Desk) -> None:
    desk.ses.account.max_per_second = 2.5  # one after the other
    desk.ses.script(*[refuse("MessageRejected", "Bad content")] * 5)
    stopped = desk.run(*SEND)
    assert stopped.code != 0
    assert desk.counts == {S.REJECTED: 5, S.PLANNED: READERS - 5}
    told = desk.run("status", "--json")
    assert (told.code, told.json["issues"][0]["state"]) == (3, "paused")
    assert "in a row were refused" in told.json["issues"][0]["reason"]
    assert "Bad content" in desk.run("status").err
    desk.ses.account.max_per_second = 1_000.0
    resumed = desk.run("resume", "--yes", "--json")
    assert resumed.json["issues"][0]["sent"] == READERS - 5
    assert desk.counts == {S.REJECTED: 5, S.SENT: READERS - 5}
