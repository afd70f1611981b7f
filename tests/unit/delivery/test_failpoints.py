"""Failpoints strike where they are told to, and are not there otherwise."""

import os
import signal
import subprocess
import sys

import pytest

from newsletter.delivery.failpoints import CALLS, VARIABLE, Failpoint, Moment, armed, watched
from newsletter.errors import ConfigurationError
from newsletter.ports import Ledger, Mailer
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID
from tests.factories import NOW, make_issue
from tests.unit.delivery.scripted import ScriptedMailer, plan_readers, run

RARE = ("plan", "park", "release")


def test_without_the_variable_a_part_is_itself() -> None:
    mailer = ScriptedMailer()
    assert armed({}) is None
    assert watched(mailer, armed({})) is mailer


def test_the_variable_names_moment_and_passage() -> None:
    failpoint = armed({VARIABLE: "after_claim:3"})
    assert failpoint is not None
    assert failpoint.moment is Moment.AFTER_CLAIM


@pytest.mark.parametrize("text", ["sometime", "after_claim:often", ":2"])
def test_another_text_is_a_configuration_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="after_claim"):
        armed({VARIABLE: text})


def test_every_call_that_is_watched_exists() -> None:
    names = {*vars(Ledger), *vars(Mailer)}
    assert names >= CALLS.keys()


@pytest.mark.parametrize("moment", [m for m in Moment if not m.value.endswith(RARE)])
def test_a_run_passes_every_moment(store: SqliteStore, moment: Moment) -> None:
    passed: list[Moment] = []
    failpoint = Failpoint(moment, strike=lambda: passed.append(moment))
    plan_readers(store, 3)
    report = run(
        store, watched(ScriptedMailer(), failpoint), ledger=watched(store.ledger, failpoint)
    )
    assert passed == [moment]
    assert report.sent == 3


@pytest.mark.parametrize("moment", [m for m in Moment if m.value.endswith(("park", "release"))])
def test_holding_back_and_letting_go_pass_their_moments(store: SqliteStore, moment: Moment) -> None:
    passed: list[Moment] = []
    plan_readers(store, 2)
    ledger = watched(store.ledger, Failpoint(moment, strike=lambda: passed.append(moment)))
    assert ledger.park(ISSUE_ID, until=NOW, reason="the quota is used up") == 2
    assert ledger.release(ISSUE_ID) == 2
    assert passed == [moment]


@pytest.mark.parametrize("moment", [m for m in Moment if m.value.endswith("plan")])
def test_a_plan_passes_its_moments(store: SqliteStore, moment: Moment) -> None:
    passed: list[Moment] = []
    plan_readers(store, 2)
    before = list(store.ledger.deliveries(ISSUE_ID))
    ledger = watched(store.ledger, Failpoint(moment, strike=lambda: passed.append(moment)))
    assert ledger.plan(make_issue(), iter(before)) == 0
    assert passed == [moment]


def test_it_strikes_at_the_passage_it_was_told_and_only_then() -> None:
    strikes: list[int] = []
    failpoint = Failpoint(Moment.AFTER_SEND, 3, strike=lambda: strikes.append(1))
    counts = []
    for _ in range(5):
        failpoint.passed(Moment.AFTER_SEND)
        failpoint.passed(Moment.BEFORE_SEND)
        counts.append(len(strikes))
    assert counts == [0, 0, 1, 1, 1]


def test_a_strike_kills_the_process_at_once() -> None:
    code = (
        "import os; from newsletter.delivery.failpoints import armed, Moment\n"
        "armed(os.environ).passed(Moment.BEFORE_CLAIM); print('alive')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        env={"PATH": os.environ["PATH"], VARIABLE: "before_claim"},
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")
