"""What a person is told after a run."""

import pytest

from newsletter.cli.output import counted
from newsletter.cli.send_report import show_reports
from newsletter.delivery.report import DeliveryReport
from newsletter.errors import MailerUnavailableError
from newsletter.stores.sqlite import SqliteStore


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 mails are"), (1, "1 mail is"), (2, "2 mails are")]
)
def test_a_number_has_its_noun_and_verb(number: int, words: str) -> None:
    assert counted(number, "mail is", "mails are") == words


def report(**fields: object) -> DeliveryReport:
    values: dict[str, object] = {"sent": 0, "skipped": 0, "rejected": 0, "unknown": 0, "left": 1}
    return DeliveryReport(**(values | fields))  # type: ignore[arg-type]  # all are given by name


def test_the_last_line_says_why_a_mail_is_left_without_an_address(
    store: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    why = "450 a@example.org: try later"
    show_reports({"x": report(why_left=why)}, store.ledger, json=True)
    told = capsys.readouterr().err
    assert told.startswith("1 mail is left: run `newsletter send` again to go on. Why not now: 450")
    assert "a@example.org" not in told


def test_an_error_that_ended_the_run_is_told_once(
    store: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    error = MailerUnavailableError("no connection")
    show_reports({"x": report(why_left=str(error), stopped_by=error)}, store.ledger, json=True)
    assert capsys.readouterr().err.count("no connection") == 1
