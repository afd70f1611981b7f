"""A real send: over a real SMTP server, once and only once."""

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from newsletter.model import DeliveryState
from tests.e2e.program import Program
from tests.servers.fake_arxiv import FakeArxiv

pytestmark = pytest.mark.data

DAY = date(2025, 12, 23)
ISSUE = f"{DAY}-daily"


@dataclass
class Inbox:
    """What the SMTP server accepted."""

    mails: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.original_content))
        return "250 accepted"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, port
    controller.stop()


@pytest.fixture
def program(shared_data: Path, tmp_path: Path, inbox: tuple[Inbox, int]) -> Iterator[Program]:
    with FakeArxiv.of_day(shared_data, DAY) as arxiv:
        program = Program.reading(
            arxiv,
            tmp_path,
            NEWSLETTER_MAILER__KIND="smtp",
            NEWSLETTER_MAILER__HOST="127.0.0.1",
            NEWSLETTER_MAILER__PORT=str(inbox[1]),
            NEWSLETTER_MAILER__TLS="none",
            NEWSLETTER_MAIL__FROM="digest@papers.arxivdigest.net",
            NEWSLETTER_MAIL__REPLY_TO="owner@papers.arxivdigest.net",
            NEWSLETTER_MAIL__POSTAL_ADDRESS="Street 1, Town",
            NEWSLETTER_WEB__URL="https://papers.arxivdigest.net",
        )
        for number in (1, 2, 3):
            words = ("subscriber", "add", f"reader{number}@papers.arxivdigest.net")
            assert program.run(*words, "--keyword", "agent").code == 0
        yield program


SEND = ("send", "--source", "feed", "--on", str(DAY))


def test_every_reader_gets_one_mail_whose_bytes_are_those_of_the_ledger(
    program: Program, inbox: tuple[Inbox, int]
) -> None:
    sent = program.run(*SEND, "--json")
    again = program.run(*SEND, "--json")
    status = program.run("status", ISSUE, "--json")
    assert (sent.code, again.code, status.code) == (0, 0, 0), sent.err + again.err
    mails = inbox[0].mails
    assert sorted(recipients[0] for recipients, _ in mails) == [
        f"reader{number}@papers.arxivdigest.net" for number in (1, 2, 3)
    ]
    assert status.json["issues"][0]["ended"] == {"sent": 3}
    with program.open_store() as store:
        hashes = {
            each.body_sha256 for each in store.ledger.deliveries(ISSUE, state=DeliveryState.SENT)
        }
    assert {hashlib.sha256(raw).hexdigest() for _, raw in mails} == hashes


def test_the_headers_survive_the_hop(program: Program, inbox: tuple[Inbox, int]) -> None:
    assert program.run(*SEND, "--only", "reader1@papers.arxivdigest.net").code == 0
    (_, raw), *others = inbox[0].mails
    assert not others
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://papers.arxivdigest.net/u/")
    head = raw.partition(b"\r\n\r\n")[0]
    lists = [line for line in head.split(b"\r\n") if line.lower().startswith(b"list-")]
    assert len(lists) == 5
    assert not any(b"=?" in line for line in lists)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_server_that_is_away_loses_nobody(
    program: Program, inbox: tuple[Inbox, int], tmp_path: Path
) -> None:
    away = program.run(*SEND, "--json", NEWSLETTER_MAILER__PORT="1")
    assert away.code != 0
    assert not inbox[0].mails
    assert away.err.splitlines()[-1].startswith("3 mails are left: run")
    assert "Why not now: " in away.err.splitlines()[-1]
    assert all(each["reason"] for each in program.run("deliveries", ISSUE, "--json").json)
    status = program.run("status", ISSUE, "--json")
    (facts,) = status.json["issues"]
    assert (facts["unfinished"], bool(facts["why_left"])) == ({"planned": 3}, True)
    assert f"Of one the ledger says: {facts['why_left']}" in program.run("status", ISSUE).err
    assert program.run(*SEND).code == 0
    assert len(inbox[0].mails) == 3
