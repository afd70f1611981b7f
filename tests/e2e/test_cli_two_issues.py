"""Two issues of one day, daily and weekly, and an operator who names neither."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model import IssueState
from tests.contract.stores.values import make_delivery
from tests.e2e.operations import Desk
from tests.factories import DAY, make_issue

DAILY, WEEKLY = f"{DAY}-daily", f"{DAY}-weekly"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Make a desk at which one mail of the daily issue and one of the weekly are planned."""
    with Desk.open(tmp_path, readers=2) as desk:
        with desk.open_store() as store:
            for number, name in enumerate((DAILY, WEEKLY), start=1):
                issue = make_issue(id=name)
                store.ledger.plan(issue, [make_delivery(number, issue=issue)])
        yield desk


def states(desk: Desk) -> dict[str, str]:
    return {each["issue"]: each["state"] for each in desk.run("status", "--json").json["issues"]}


def test_status_tells_of_both(desk: Desk) -> None:
    told = desk.run("status")
    assert told.code == 3
    assert (f"Issue {DAILY}" in told.out, f"Issue {WEEKLY}" in told.out) == (True, True)
    assert [each["issue"] for each in desk.run("status", DAILY, "--json").json["issues"]] == [DAILY]


@pytest.mark.parametrize(("which", "name"), [("daily", DAILY), ("weekly", WEEKLY)])
def test_status_fails_when_either_does_not_add_up(desk: Desk, which: str, name: str) -> None:
    desk.rewrite(f"DELETE FROM deliveries WHERE issue_id LIKE '%-{which}'")  # noqa: S608 - ours
    told = desk.run("status", "--json")
    assert (told.code, told.json["adds_up"]) == (1, False)
    assert [each["issue"] for each in told.json["issues"] if each["lost"]] == [name]


def test_pause_holds_back_both_and_resume_goes_on_with_both(desk: Desk) -> None:
    held = desk.run("pause", "--json").json["issues"]
    assert [(each["issue"], each["held"]) for each in held] == [(DAILY, 1), (WEEKLY, 1)]
    assert states(desk) == {DAILY: "paused", WEEKLY: "paused"}
    opened = desk.run("resume", "--later")
    assert (opened.code, DAILY in opened.err, WEEKLY in opened.err) == (0, True, True)
    assert states(desk) == {DAILY: "open", WEEKLY: "open"}


def test_resume_goes_on_with_what_is_paused_and_leaves_the_other_alone(desk: Desk) -> None:
    assert desk.run("pause", WEEKLY).code == 0
    assert states(desk) == {DAILY: "open", WEEKLY: "paused"}
    left = desk.run("resume", "--later", "--json").json["issues"]
    assert [each["issue"] for each in left] == [WEEKLY]


def test_cancel_asks_for_the_issue(desk: Desk) -> None:
    refused = desk.run("cancel", "--yes")
    assert refused.code == 2
    assert f"{DAILY}, {WEEKLY}" in refused.err
    assert desk.run("cancel", WEEKLY, "--yes").code == 0
    assert desk.run("cancel", "--yes", "--json").json["issue"] == DAILY, "the only one left"
    assert states(desk) == {DAILY: "cancelled", WEEKLY: "cancelled"}


def test_what_is_finished_cannot_be_paused(desk: Desk) -> None:
    with desk.open_store() as store:
        for name in (DAILY, WEEKLY):
            store.ledger.set_issue_state(name, IssueState.DONE)
    named, all_of_them = desk.run("pause", DAILY), desk.run("pause")
    assert (named.code, f"{DAILY} is finished" in named.err) == (2, True)
    assert all_of_them.code == 2
    assert f"no issue is open: {DAILY} is done, {WEEKLY} is done" in all_of_them.err
    assert states(desk) == {DAILY: "done", WEEKLY: "done"}
    assert f"newsletter cancel {DAILY}" in named.err
    assert desk.run("cancel", DAILY, "--yes").code == 0, "for readers whose hour is yet to come"
