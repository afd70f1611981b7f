"""What an operator is told: accounts, lists of deliveries; and sending again what is unknown."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer.main

from newsletter.cli.main import app
from newsletter.model import DeliveryState
from tests.e2e.operations import Desk
from tests.e2e.ready import ISSUE, ROOT, SEND
from tests.servers.fake_ses_script import RESET_AFTER_ACCEPT, refuse

S = DeliveryState
READERS = 6


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path, readers=READERS) as desk:
        yield desk


def test_status_tells_finished_from_unfinished_by_its_exit_code(desk: Desk) -> None:
    assert desk.run("status").code == 0, "nothing was planned, nothing is left to do"
    assert desk.run(*SEND, "--limit", "2").code == 0
    begun = desk.run("status", "--json")
    assert begun.code == 3
    assert begun.json["issues"][0]["unfinished"] == {"planned": 4}
    assert (begun.json["adds_up"], begun.json["finished"]) == (True, False)
    assert "the next `newsletter run` goes on" in desk.run("status").err
    assert desk.run(*SEND).code == 0
    done = desk.run("status", ISSUE, "--json")
    assert done.code == 0
    (facts,) = done.json["issues"]
    assert (facts["state"], facts["ended"]) == ("done", {"sent": READERS})


def test_status_fails_when_a_sender_died(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "2").code == 0
    with desk.open_store() as store:
        store.ledger.claim(ISSUE, limit=3, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    told = desk.run("status", "--json")
    assert (told.code, told.json["issues"][0]["stuck"], told.json["adds_up"]) == (1, 3, False)
    assert "3 mails were begun by a sender that died" in desk.run("status").err
    sent = desk.run(*SEND)
    assert (sent.code, "A sender died: 3 mails" in sent.err) == (3, True)
    (facts,) = desk.run("status", "--json").json["issues"]
    assert facts["ended"] == {"sent": 3, "unknown": 3}


def test_status_does_not_mind_a_sender_at_work(desk: Desk) -> None:
    assert desk.run(*SEND, "--limit", "2").code == 0
    with desk.open_store() as store:
        store.ledger.claim(ISSUE, limit=3, lease_until=datetime.now(UTC) + timedelta(minutes=5))
    assert desk.run("status").code == 3


def test_status_fails_when_a_row_is_gone(desk: Desk) -> None:
    assert desk.run(*SEND).code == 0
    desk.rewrite("DELETE FROM deliveries WHERE id = (SELECT max(id) FROM deliveries)")
    told = desk.run("status", "--json")
    assert (told.code, told.json["issues"][0]["lost"], told.json["adds_up"]) == (1, 1, False)
    assert "1 planned mail is missing" in desk.run("status").err


def test_deliveries_are_listed_without_addresses_unless_asked_for(desk: Desk) -> None:
    desk.ses.script(refuse("MessageRejected", "no"))
    assert desk.run(*SEND).code == 3
    desk.rewrite("UPDATE deliveries SET reason = 'not a@example.org' WHERE state = 'rejected'")
    plain, named = desk.run("deliveries", "--json"), desk.run("deliveries", "--json", "--addresses")
    assert [each["delivery"] for each in plain.json] == sorted(desk.planned)
    assert "@" not in plain.out
    assert {each["address"] for each in named.json} == set(desk.addresses)
    (rejected,) = desk.run("deliveries", ISSUE, "--state", "rejected", "--json").json
    assert (rejected["state"], rejected["reason"]) == ("rejected", "not [address]")
    assert desk.run("deliveries", "--state", "parked", "--json").json == []
    assert "not a@example.org" in named.out


def test_deliveries_as_csv_give_a_spreadsheet_no_formula(desk: Desk) -> None:
    desk.ses.script(refuse("MessageRejected", "no"))
    assert desk.run(*SEND).code == 3
    desk.rewrite("UPDATE deliveries SET reason = '=1+1' WHERE state = 'rejected'")
    rows = list(csv.DictReader(io.StringIO(desk.run("deliveries", "--csv", "--addresses").out)))
    assert Counter(row["state"] for row in rows) == {"sent": READERS - 1, "rejected": 1}
    assert {row["reason"] for row in rows} == {"", "'=1+1"}
    assert {row["address"] for row in rows} == set(desk.addresses)
    assert desk.run("deliveries", "--csv", "--json").code == 2


def test_unknown_mails_are_sent_again_by_decision_only_and_not_for_ever(desk: Desk) -> None:
    desk.ses.account.max_per_second = 2.5
    desk.ses.script(*[RESET_AFTER_ACCEPT] * 2)
    assert desk.run(*SEND, "--limit", "4").code == 3
    assert desk.counts == {S.SENT: 2, S.UNKNOWN: 2, S.PLANNED: 2}
    desk.ses.account.max_per_second = 1_000.0
    asked = desk.run("resend", ISSUE, "--unknown")
    assert (asked.code, "may have been accepted already" in asked.err) == (2, True)
    assert desk.run("resend", ISSUE, "--yes").code == 2
    assert len(desk.ses.outbox) == 4
    for total in (6, 8):
        desk.ses.script(*[RESET_AFTER_ACCEPT] * 2)
        assert desk.run("resend", ISSUE, "--unknown", "--yes").code == 3
        assert len(desk.ses.outbox) == total
    refused = desk.run("resend", ISSUE, "--unknown", "--yes")
    assert "2 were sent again 2 times: not once more" in refused.err
    assert len(desk.ses.outbox) == 8
    assert desk.counts == {S.SENT: 2, S.UNKNOWN: 2, S.PLANNED: 2}


def test_there_may_be_nothing_to_send_again(desk: Desk) -> None:
    assert desk.run(*SEND).code == 0
    ended = desk.run("resend", ISSUE, "--unknown", "--json")
    assert (ended.code, ended.json) == (0, {"issues": []})


@pytest.mark.parametrize(
    "name", ["send", "run", "status", "deliveries", "pause", "resume", "cancel", "resend"]
)
def test_every_command_has_two_examples_json_and_a_place_in_the_documents(name: str) -> None:
    group = typer.main.get_command(app)
    command = group.commands[name]  # type: ignore[attr-defined]  # a group, which typer does not say
    _, _, examples = str(command.help).partition("Examples:\n")
    assert len([line for line in examples.splitlines() if line.strip()]) == 2
    assert "--json" in {option for each in command.params for option in each.opts}
    operating = ROOT / "docs" / "operating.md"
    assert f"newsletter {name}" in operating.read_text(encoding="utf-8")
