"""Operators look after a deployment with the commands they know from one machine."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.delivery.plan import delivery_id
from newsletter.model import DeliveryState, IssueState
from tests.e2e.aws.announcing import announce_today, readers_at
from tests.e2e.aws.deployment import Deployment, deployed
from tests.e2e.aws.operating import Operator, counts, state
from tests.factories import make_subscriber
from tests.servers.moto_server import running_moto

READERS = 4
ADDRESS = make_subscriber(1).address


@pytest.fixture(scope="module")
def day_and_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[date, Deployment]]:
    folder = tmp_path_factory.mktemp("operated")
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        with running_moto() as moto, deployed(moto, folder) as made:
            day, _ = announce_today(made)
            with made.open_store() as store:
                store.subscribers.add_all(readers_at(READERS))
            ended = Operator(made, folder).run("fetch", "--on", str(day))
            assert ended.code == 0, ended.err
            yield day, made


@pytest.fixture
def made(day_and_made: tuple[date, Deployment]) -> Deployment:
    return day_and_made[1]


@pytest.fixture
def operator(made: Deployment, tmp_path: Path) -> Operator:
    return Operator(made, tmp_path)


@pytest.fixture
def day(day_and_made: tuple[date, Deployment]) -> date:
    return day_and_made[0]


def test_status_tells_of_the_tables(operator: Operator, day: date) -> None:
    ended = operator.run("status", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["readers"]["active"] == READERS


def test_doctor_looks_at_tables_secrets_and_account(operator: Operator) -> None:
    ended = operator.run("doctor", "--json")
    told = {each["check"]: each for each in json.loads(ended.out)["findings"]}
    assert f"{READERS} active readers" in told["store"]["finding"]
    assert "Parameter Store" in told["secrets"]["finding"]
    assert f"for {READERS} active readers" in told["quota"]["finding"]


def test_a_dry_run_writes_all_mails_and_changes_nothing(
    made: Deployment, operator: Operator, day: date
) -> None:
    ended = operator.run("send", "--dry-run", "--on", str(day), "--json")
    assert ended.code == 0, ended.err
    assert len(json.loads(ended.out)["mails"]) == READERS
    assert f"Copying papers until {day}" in ended.err
    assert counts(made, day) == {}


def test_the_next_mail_of_one_reader_is_shown(
    made: Deployment, operator: Operator, day: date
) -> None:
    ended = operator.run("preview", "--to", ADDRESS, "--on", str(day), "--json")
    assert ended.code == 0, ended.err
    assert [mail["reader"] for mail in json.loads(ended.out)["mails"]] == [ADDRESS]
    assert counts(made, day) == {}


def test_a_preview_of_nobody_says_who_there_is(operator: Operator, day: date) -> None:
    ended = operator.run("preview", "--to", "nobody@example.org", "--on", str(day))
    assert (ended.code, "nobody is subscribed" in ended.err) == (2, True)


def test_what_summaries_would_cost_is_told(operator: Operator, day: date) -> None:
    ended = operator.run("summarize", "--dry-run", "--on", str(day), "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["wanted"] > 0


def test_an_issue_is_exported(operator: Operator, day: date) -> None:
    ended = operator.run("export", "--on", str(day))
    assert (ended.code, "Sparse attention" in ended.out) == (0, True)


def test_an_import_is_tried_on_a_copy(made: Deployment, operator: Operator) -> None:
    file = operator.folder / "more.csv"
    file.write_text(f"address\n{ADDRESS}\nnew@example.org\n", encoding="utf-8")
    ended = operator.run("subscriber", "import", str(file), "--dry-run", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert (told["added"], READERS) == (1, len(_addresses(operator)))


def test_readers_come_go_and_are_listed(operator: Operator) -> None:
    assert operator.run("subscriber", "add", "late@example.org").code == 0
    assert "late@example.org" in _addresses(operator)
    assert operator.run("subscriber", "remove", "late@example.org", "--yes").code == 0
    assert "late@example.org" not in _addresses(operator)


def test_an_address_is_suppressed_and_released(operator: Operator) -> None:
    assert operator.run("suppression", "add", "angry@example.org").code == 0
    listed = operator.run("suppression", "list", "--json")
    assert (listed.code, len(json.loads(listed.out))) == (0, 1)
    assert operator.run("suppression", "lift", "angry@example.org", "--yes").code == 0


def test_an_issue_is_paused_resumed_sent_and_cancelled(
    made: Deployment, operator: Operator, day: date
) -> None:
    issue_id = f"{day}-daily"
    ended = operator.run("send", "--on", str(day), "--limit", "1", "--yes", "--json")
    assert ended.code in {0, 3}, ended.err
    assert operator.run("pause", issue_id).code == 0
    assert state(made, day) is IssueState.PAUSED
    assert operator.run("resume", issue_id, "--later").code == 0
    assert state(made, day) is IssueState.OPEN
    assert operator.run("cancel", issue_id, "--yes").code == 0
    assert counts(made, day) == {DeliveryState.SENT: 1, DeliveryState.SKIPPED: READERS - 1}
    _shows_what_was_sent(made, operator, day)


def _shows_what_was_sent(made: Deployment, operator: Operator, day: date) -> None:
    """A list of the mails, and a dry run that knows who has theirs already."""
    listed = operator.run("deliveries", f"{day}-daily", "--json")
    theirs = {delivery_id(f"{day}-daily", each.id) for each in readers_at(READERS)}
    assert {mail["delivery"] for mail in json.loads(listed.out)} == theirs
    again = operator.run("send", "--dry-run", "--on", str(day), "--json")
    told = json.loads(again.out)
    assert (len(told["mails"]), len(told["skipped"])) == (0, READERS)
    assert len(made.ses.outbox) == 1


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"NEWSLETTER_STORE__TABLE": "not-there"}, "no such table"),
        ({"NEWSLETTER_AWS__PARAMETERS": "/nothing"}, "put-parameter"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "give AWS credentials"),
        ({"AWS_PROFILE": "unknown"}, "unknown"),
        ({"NEWSLETTER_AWS__ENDPOINT_URL": "http://127.0.0.1:9"}, "check the network"),
    ],
)
def test_status_says_what_is_missing(
    operator: Operator, environ: dict[str, str], words: str
) -> None:
    ended = operator.run("status", **{"AWS_EC2_METADATA_DISABLED": "true"} | environ)
    assert (ended.code in {69, 78}, words in ended.err) == (True, True), ended
    assert "Traceback" not in ended.err


def test_a_profile_that_nobody_wrote_is_named(operator: Operator) -> None:
    (operator.folder / "newsletter.aws.toml").unlink()
    ended = operator.run("status")
    assert (ended.code, "newsletter.aws.toml" in ended.err) == (78, True)


def _addresses(operator: Operator) -> list[str]:
    ended = operator.run("subscriber", "list", "--json")
    return [reader["address"] for reader in json.loads(ended.out)]
