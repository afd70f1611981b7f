"""``newsletter doctor``: what does not depend on the mailer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite.gate import SqliteGate
from newsletter.stores.sqlite.store import open_store
from tests.e2e.commands import run
from tests.e2e.doctored import CATEGORY, Patient, announce, levels, patient
from tests.factories import make_subscriber
from tests.servers.fake_arxiv import Answer, FakeArxiv


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    with FakeArxiv() as arxiv:
        announce(arxiv)
        yield arxiv


@pytest.fixture
def healthy(tmp_path: Path, arxiv: FakeArxiv) -> Patient:
    return patient(tmp_path, arxiv)


def test_all_is_well(healthy: Patient, arxiv: FakeArxiv) -> None:
    ended = healthy.doctor("--json")
    said = json.loads(ended.out)
    assert ended.code == said["exit_code"] == 0
    assert said["counts"] == {"ok": len(said["findings"]), "warning": 0, "problem": 0}
    checks = [finding["check"] for finding in said["findings"]]
    assert checks == [
        "settings",
        "secrets",
        "store",
        "disk",
        "digest",
        "mailer",
        "mailer",
        "arxiv",
        "summaries",
    ]
    arxiv_says = next(each for each in said["findings"] if each["check"] == "arxiv")
    assert "answers with 2 papers" in arxiv_says["finding"]


def test_arxiv_is_asked_once_under_our_name(healthy: Patient, arxiv: FakeArxiv) -> None:
    healthy.doctor()
    (request,) = arxiv.requests
    assert request.path == f"/rss/{CATEGORY}"
    assert request.user_agent.startswith("arxiv-newsletter/")
    assert "real-name.io" in request.user_agent


def test_rows_for_people_and_pipes(healthy: Patient) -> None:
    ended = healthy.doctor()
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert rows[0] == ["check", "level", "finding", "fix"]
    assert {len(row) for row in rows} == {4}
    assert ended.err == "9 ok, 0 warning, 0 problem\n"


@pytest.mark.parametrize(
    "answer", [Answer(status=503), Answer(status=429), Answer(body=b"<html>"), Answer(reset=True)]
)
def test_an_arxiv_that_fails_is_not_asked_again_and_does_not_stop_the_rest(
    healthy: Patient, arxiv: FakeArxiv, answer: Answer
) -> None:
    arxiv.fail("/rss/", answer)
    ended = healthy.doctor("--json")
    assert ended.code == 69
    assert len(arxiv.requests) == 1
    found = json.loads(ended.out)["findings"]
    assert [each["check"] for each in found if each["level"] == "problem"] == ["arxiv"]
    assert next(each for each in found if each["check"] == "arxiv")["fix"]


def test_arxiv_is_not_asked_while_it_wants_us_to_wait(
    healthy: Patient, arxiv: FakeArxiv, tmp_path: Path
) -> None:
    gate = SqliteGate(tmp_path / "data" / "gate.db", 0)
    gate.hold(3600)
    gate.close()
    (finding,) = healthy.findings()["arxiv"]
    assert finding["level"] == "problem"
    assert "asked this machine to wait" in finding["finding"]
    assert arxiv.requests == ()


def test_offline_asks_nobody(healthy: Patient, arxiv: FakeArxiv, tmp_path: Path) -> None:
    found = healthy.findings("--offline")
    assert "arxiv" not in found
    assert arxiv.requests == ()
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_a_finding_too(healthy: Patient) -> None:
    ended = healthy.doctor("--json", NEWSLETTER_MAILER__KIND="pigeon")
    (finding,) = json.loads(ended.out)["findings"]
    assert ended.code == 78
    assert (finding["check"], finding["level"]) == ("settings", "problem")
    assert "mailer.kind" in finding["finding"]


def test_a_title_that_breaks_a_rule_is_found_before_the_readers_find_it(healthy: Patient) -> None:
    found = healthy.findings("--offline", NEWSLETTER_MAIL__TITLE="None")
    (digest,) = found["digest"]
    assert digest["level"] == "problem"
    assert "mail.title" in digest["fix"]


def test_no_reader_no_secret_and_no_address_is_shown(healthy: Patient, tmp_path: Path) -> None:
    secrets = ensure_local_secrets(tmp_path / "data")
    path = tmp_path / "data" / "newsletter.db"
    with open_store(path, address_key=secrets.address_key) as store:
        store.subscribers.add(make_subscriber())
    for words in ([], ["--json"]):
        ended = healthy.doctor(*words, NEWSLETTER_MAILER__PASSWORD="correct horse")
        assert "1 active reader" in ended.out
        shown = ended.out + ended.err
        assert "@" not in shown
        assert "correct horse" not in shown
        assert not [key for key in secrets.token_keys if key.decode() in shown]


def test_lost_keys_are_told_and_not_replaced(healthy: Patient, tmp_path: Path) -> None:
    secrets = ensure_local_secrets(tmp_path / "data")
    open_store(tmp_path / "data" / "newsletter.db", address_key=secrets.address_key).close()
    (tmp_path / "data" / "secrets.json").unlink()
    ended = healthy.doctor("--json")
    assert ended.code == 78
    assert not (tmp_path / "data" / "secrets.json").exists()


def test_findings_of_a_damaged_store_come_with_all_the_others(
    healthy: Patient, tmp_path: Path
) -> None:
    ensure_local_secrets(tmp_path / "data")
    (tmp_path / "data" / "newsletter.db").write_bytes(b"no database " * 1000)
    found = healthy.findings()
    assert levels(found["store"]) == ["problem"]
    assert levels(found["arxiv"]) == ["ok"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--offline", "--prove-events"], "--offline"),
        (["--queue", "https://sqs.example.org/1/q"], "--prove-events"),
        (["--prove-events"], 'mailer.kind "ses"'),
        (["--dns-server", "nowhere"], "no name server"),
    ],
)
def test_words_that_make_no_sense(healthy: Patient, words: list[str], part: str) -> None:
    ended = healthy.doctor(*words)
    assert (ended.code, ended.out) == (2, "")
    assert part in ended.err


def test_help_has_two_examples() -> None:
    ended = run("doctor", "--help", TERM="dumb", COLUMNS="100")
    assert ended.code == 0
    assert ended.out.split("Examples:")[1].split("Options")[0].count("newsletter doctor") == 2
