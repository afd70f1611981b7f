"""Pause, resume, cancel, send to one: commands over a fake SES."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.model import DeliveryState, SkipReason
from tests.e2e.operations import Desk
from tests.e2e.program import TIMEOUT_S
from tests.e2e.ready import ISSUE, SEND, ready_program
from tests.servers.fake_ses_script import QUOTA, Step

S = DeliveryState
READERS = 6
NOBODY = "http://127.0.0.1:9"
"""Nobody listens there."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path, readers=READERS) as desk:
        yield desk


def test_a_paused_issue_is_sent_by_nobody_until_it_is_resumed(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "2").code == 0
    paused = {"issue": ISSUE, "state": "paused", "held": 4}
    assert desk.run("pause", "--json").json == {"issues": [paused]}
    held = desk.run(*SEND)
    assert held.code == 3
    assert f"{ISSUE} is paused with 4 mails left: `newsletter resume {ISSUE}`" in held.err
    assert len(desk.ses.outbox) == 2
    assert desk.run("resume", "--later", "--json").json["issues"][0]["left"] == 4
    assert len(desk.ses.outbox) == 2
    resumed = desk.run("resume", "--yes", "--json")
    assert (resumed.code, resumed.json["issues"][0]["sent"]) == (0, 4)
    assert desk.accepted == Counter(desk.planned)


def test_a_pause_reaches_a_sender_in_the_middle(desk: Desk) -> None:
    desk.ses.account.max_per_second = 2.5  # so that it claims one after the other
    reached, go_on = threading.Event(), threading.Event()

    def wait(_mail: Mapping[str, Any]) -> Step | None:
        reached.set()
        assert go_on.wait(TIMEOUT_S)
        return None

    desk.ses.decide = wait
    with ready_program(desk.folder, desk.ses.url).start(*SEND) as sender:
        assert reached.wait(TIMEOUT_S)
        assert desk.run("pause").code == 0
        go_on.set()
        _, err = sender.communicate(timeout=TIMEOUT_S)
    assert sender.returncode == 3
    assert f"{ISSUE} is paused" in err
    assert desk.counts == {S.SENT: len(desk.ses.outbox), S.PLANNED: READERS - len(desk.ses.outbox)}
    assert len(desk.ses.outbox) < READERS


def test_a_cancelled_issue_is_never_sent(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "2").code == 0
    assert desk.run("cancel", ISSUE).code == 2, "nobody is asked off a terminal"
    cancelled = desk.run("cancel", ISSUE, "--yes", "--json")
    assert cancelled.json == {"issue": ISSUE, "state": "cancelled", "skipped": 4}
    assert desk.run(*SEND).code == 0
    assert len(desk.ses.outbox) == 2
    assert desk.counts == {S.SENT: 2, S.SKIPPED: 4}
    with desk.open_store() as store:
        skipped = store.ledger.deliveries(ISSUE, state=S.SKIPPED)
        assert {each.reason for each in skipped} == {SkipReason.CANCELLED.value}
    assert desk.run("status").code == 0
    for words in (("cancel", ISSUE, "--yes"), ("resume", "--yes"), ("pause",)):
        assert desk.run(*words).code == 2


def test_only_sends_to_nobody_else_although_others_are_planned(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "1").code == 0
    others = [each for each in desk.addresses if each not in desk.recipients]
    one = desk.run(*SEND, "--only", others[-1])
    assert one.code == 0, one.err
    assert len(desk.ses.outbox) == 2
    assert others[-1] in desk.recipients
    assert desk.run(*SEND, "--only", others[-1]).code == 0
    assert len(desk.ses.outbox) == 2


def test_a_run_that_does_not_fit_the_quota_is_refused_unless_it_is_spread(desk: Desk) -> None:
    desk.ses.account.max_per_day = 4.0
    refused = desk.run(*SEND)
    assert refused.code == 69
    assert "6 mails are to be sent" in refused.err
    assert "--spread" in refused.err
    assert not desk.ses.outbox
    spread = desk.run(*SEND, "--spread", "--json")
    assert (spread.code, len(desk.ses.outbox)) == (3, 4)
    assert "2 mails are parked until" in spread.err
    assert desk.counts == {S.SENT: 4, S.PARKED: 2}
    told = desk.run("status")
    assert told.code == 3
    assert "It is parked until" in told.err
    desk.ses.account.max_per_day = 50_000.0
    assert desk.run("resume", "--yes").code == 0
    assert desk.accepted == Counter(desk.planned)


def test_what_the_quota_stops_in_the_middle_is_parked_and_resumed(desk: Desk) -> None:
    desk.ses.account.max_per_second = 2.5
    desk.ses.script(Step(accept=True), QUOTA)
    stopped = desk.run(*SEND)
    assert stopped.code == 69
    assert set(desk.counts) == {S.SENT, S.PARKED}
    desk.ses.account.max_per_second = 1_000.0
    waits = desk.run(*SEND)
    assert (waits.code, len(desk.ses.outbox)) == (3, desk.counts[S.SENT])
    assert desk.run("resume", "--yes").code == 0
    assert desk.accepted == Counter(desk.planned)


def test_run_goes_on_with_what_an_earlier_run_left(desk: Desk) -> None:
    desk.announce_today()
    assert desk.run(*SEND, "--limit", "2").code == 0
    ran = desk.run("run", "--json")
    assert ran.code == 0, ran.err
    assert {each["issue"]: each["sent"] for each in ran.json["issues"]}[ISSUE] == 4
    assert desk.counts == {S.SENT: READERS}


def test_run_tells_once_of_an_issue_whose_last_mail_a_dead_sender_had(desk: Desk) -> None:
    desk.announce_today()
    assert desk.run(*SEND, "--limit", str(READERS - 1)).code == 0
    with desk.open_store() as store:
        store.ledger.claim(ISSUE, limit=1, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    ran = desk.run("run", "--json")
    (told,) = (each for each in ran.json["issues"] if each["issue"] == ISSUE)
    assert (ran.code, told["sent"], told["unknown"]) == (3, 0, 1)
    assert desk.run("status", ISSUE, "--json").json["issues"][0]["state"] == "done"
    again = desk.run("run", "--json")
    assert (again.code, again.json["issues"]) == (0, [])


def test_run_goes_on_with_what_was_left_although_arxiv_is_away(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "2").code == 0
    desk.rewrite("UPDATE batches SET state = 'waiting'")
    away = {f"NEWSLETTER_ARXIV__{name}_URL": NOBODY for name in ("FEED", "LISTING", "SEARCH")}
    ran = desk.run("run", "--json", NEWSLETTER_ARXIV__MIN_INTERVAL_S="0", **away)
    assert ran.code == 69
    assert "newsletter: " in ran.err
    assert desk.accepted == Counter(desk.planned)


def test_commands_about_issues_say_what_is_wrong(desk: Desk) -> None:
    for command in ("pause", "resume", "deliveries"):
        ended = desk.run(command)
        assert (ended.code, "no issue was planned yet" in ended.err) == (2, True)
    for command in ("pause", "resume", "deliveries", "status", "cancel"):
        ended = desk.run(command, "x")
        assert (ended.code, "there is no issue x" in ended.err) == (2, True)
    assert "--unknown" in desk.run("resend", ISSUE).err
