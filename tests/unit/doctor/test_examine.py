"""Checks are run one by one, and what is found is fit to be shown."""

from collections.abc import Iterator

import pytest
import structlog

from newsletter.doctor.examine import Check, examine, exit_code
from newsletter.doctor.finding import Finding, Level, failed, ok, problem, warning
from newsletter.errors import ConfigurationError, MailerStoppedError
from subscribers.errors import InvalidAddressError


def check(name: str, *found: Finding, error: Exception | None = None) -> Check:
    def run() -> Iterator[Finding]:
        yield from found
        if error is not None:
            raise error

    return Check(name=name, run=run, fix=f"mend {name}")


def test_a_check_that_fails_does_not_stop_the_others() -> None:
    told: list[str] = []
    checks = (
        check("a", ok("a", "good"), error=ConfigurationError("a key is wrong")),
        check("b", error=MailerStoppedError("no login")),
        check("c", error=InvalidAddressError("no address")),
        check("d", ok("d", "good")),
    )
    found = tuple(examine(checks, told.append))
    assert told == ["a", "b", "c", "d"]
    assert [(each.check, each.level.value, each.exit_code) for each in found] == [
        ("a", "ok", 0),
        ("a", "problem", 78),
        ("b", "problem", 69),
        ("c", "problem", InvalidAddressError.exit_code),
        ("d", "ok", 0),
    ]
    assert [each.fix for each in found] == ["", "mend a", "mend b", "mend c", ""]


def test_a_bug_in_a_check_is_logged_and_found() -> None:
    with structlog.testing.capture_logs() as logs:
        found = tuple(examine([check("a", error=KeyError("x")), check("b", ok("b", "."))], print))
    assert [each.exit_code for each in found] == [1, 0]
    assert logs[0]["event"] == "check.crashed"


def test_the_first_thing_to_mend_gives_the_exit_code() -> None:
    setting = problem("a", ".", fix=".", exit_code=78)
    service = problem("a", ".", fix=".", exit_code=69)
    note = warning("a", ".", fix=".")
    assert exit_code([]) == 0
    assert exit_code([note, ok("a", ".")]) == 0
    assert exit_code([note, service]) == 69
    assert exit_code([service, setting, note]) == 78


@pytest.mark.parametrize("text", ["two\nlines\x1b[2J", "for reader1@example.org, <a@b.org>"])
def test_texts_are_one_printable_line_without_addresses(text: str) -> None:
    for finding in (
        ok("a", text),
        warning("a", text, fix=text),
        problem("a", text, fix=text, exit_code=1),
        failed("a", ConfigurationError(text), fix=text),
    ):
        assert finding.text.isprintable()
        assert "@" not in finding.text + finding.fix


def test_texts_are_bounded() -> None:
    assert len(ok("a", "x" * 10_000).text) == 600
    assert ok("a", "x").level is Level.OK
