"""A real ``newsletter send`` is told to stop, killed, or not alone."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newsletter.delivery.failpoints import VARIABLE
from newsletter.model import DeliveryState
from tests.e2e.program import TIMEOUT_S, Program
from tests.e2e.ready import ISSUE, SEND, prepare, ready_program, settings_for
from tests.servers.fake_ses import ACCOUNT, FakeSes
from tests.servers.fake_ses_http import Reply, Request
from tests.servers.fake_ses_script import HANG, Step

READERS = 30
RATE = 20.0
"""Low enough that a sender claims only some of the mails at once."""

S = DeliveryState


class MeetingSes(FakeSes):
    """Let no mail in before two senders have asked for the account's limits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._both = threading.Barrier(2)
        self._are_here = threading.Event()

    def _answer(self, request: Request) -> Reply:
        if request.path == ACCOUNT and not self._are_here.is_set():
            self._both.wait(timeout=TIMEOUT_S)
            self._are_here.set()
        return super()._answer(request)


@pytest.fixture
def ses() -> Iterator[FakeSes]:
    with FakeSes() as ses:
        ses.account.max_per_second = RATE
        yield ses


@pytest.fixture
def planned(tmp_path: Path) -> tuple[str, ...]:
    return prepare(tmp_path, READERS)


@pytest.fixture
def program(planned: tuple[str, ...], tmp_path: Path, ses: FakeSes) -> Program:
    return ready_program(tmp_path, ses.url)


def accepted(ses: FakeSes) -> Counter[str]:
    return Counter(mail.delivery_id for mail in ses.outbox)


def counts(program: Program) -> Mapping[DeliveryState, int]:
    with program.open_store() as store:
        return store.ledger.count_by_state(ISSUE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_claiming_finishes_what_is_in_flight_and_tells_the_state(
    program: Program, ses: FakeSes, planned: tuple[str, ...], number: signal.Signals
) -> None:
    started = threading.Event()
    senders: list[subprocess.Popen[str]] = []

    def interrupt(_mail: Mapping[str, Any]) -> Step | None:
        if ses.posts == 8 and started.wait(TIMEOUT_S):
            senders[0].send_signal(number)
        return None

    ses.decide = interrupt
    with program.start(*SEND) as sender:
        senders.append(sender)
        started.set()
        out, err = sender.communicate(timeout=TIMEOUT_S)
    assert sender.returncode == 3, err
    assert "Stopping: finishing what is in flight" in err
    left = counts(program)
    assert set(left) == {S.SENT, S.PLANNED}
    assert 8 <= left[S.SENT] < READERS
    assert len(ses.outbox) == left[S.SENT]
    assert f"Stopped as asked; {left[S.PLANNED]} mails are left" in err
    assert f'"left": {left[S.PLANNED]}' in out
    assert program.run(*SEND).code == 0
    assert accepted(ses) == Counter(planned)


def test_the_second_signal_ends_the_process_at_once(program: Program, ses: FakeSes) -> None:
    in_flight = threading.Event()

    def hang(_mail: Mapping[str, Any]) -> Step:
        in_flight.set()
        return HANG

    ses.decide = hang
    with program.start(*SEND, NEWSLETTER_MAILER__TIMEOUT_S="600") as sender:
        assert in_flight.wait(TIMEOUT_S)
        sender.send_signal(signal.SIGINT)
        assert sender.stderr is not None
        assert "Stopping" in sender.stderr.readline()
        sender.send_signal(signal.SIGINT)
        _, err = sender.communicate(timeout=TIMEOUT_S)
    assert sender.returncode == 130
    assert "Stopped at once" in err
    assert counts(program)[S.SENDING] >= 1


@pytest.mark.parametrize("moment", ["after_claim:1", "before_send:6", "after_send:6"])
def test_a_killed_sender_is_continued_without_a_second_mail(
    program: Program, ses: FakeSes, planned: tuple[str, ...], moment: str
) -> None:
    assert program.run(*SEND, **{VARIABLE: moment}).code == -signal.SIGKILL
    killed = counts(program)
    assert killed[S.SENDING] >= 1
    again = program.run(*SEND)
    assert again.code == 0, again.err
    after = counts(program)
    assert after == {S.SENT: READERS - killed[S.SENDING], S.SENDING: killed[S.SENDING]}
    with program.open_store() as store:
        assert store.ledger.expire_leases(datetime.now(UTC) + timedelta(hours=1))
    last = program.run(*SEND)
    assert last.code == 3, last.err
    assert counts(program) == {S.SENT: after[S.SENT], S.UNKNOWN: after[S.SENDING]}
    assert max(accepted(ses).values()) == 1
    assert set(planned) >= set(accepted(ses))


def test_two_senders_share_the_work_without_overlap(
    planned: tuple[str, ...], tmp_path: Path
) -> None:
    with MeetingSes() as ses:
        ses.account.max_per_second = RATE
        program = ready_program(tmp_path, ses.url)
        senders = [program.start(*SEND) for _ in range(2)]
        outputs = [sender.communicate(timeout=TIMEOUT_S) for sender in senders]
        assert [sender.returncode for sender in senders] == [0, 0], outputs
        sent = [json.loads(out)["issues"][0]["sent"] for out, _ in outputs]
        assert accepted(ses) == Counter(planned)
    assert min(sent) > 0
    assert sum(sent) == READERS


def test_the_terminal_shows_how_far_it_is(program: Program, ses: FakeSes) -> None:
    ours, theirs = os.openpty()
    with _start_on(theirs, program.folder, ses) as sender:
        os.close(theirs)
        shown = b"".join(iter(partial(_read, ours), b""))
        sender.communicate(timeout=TIMEOUT_S)
    os.close(ours)
    assert sender.returncode == 0
    text = shown.decode()
    assert f"{READERS} of {READERS} sent" in text
    assert re.search(r"\d/s .* left .* 49,9\d\d left of quota", text)


def _start_on(terminal: int, folder: Path, ses: FakeSes) -> subprocess.Popen[bytes]:
    """Start a sender whose standard error is this terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "newsletter", *SEND],
        cwd=folder,
        env=settings_for(folder, ses.url) | {"PATH": os.environ["PATH"], "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal,
    )


def _read(terminal: int) -> bytes:
    """Read what is there; Linux says EIO when nobody writes any more."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""
