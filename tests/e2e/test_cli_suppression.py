"""Suppressed addresses from the command line, on a real store."""

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli.output import PARTIAL
from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite import open_store
from subscribers.suppression import SuppressionReason
from tests.e2e.commands import run
from tests.factories import NOW

READER = "reader@example.org"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own, and no settings file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NEWSLETTER_STORE__DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def suppress(data_dir: Path, address: str, reason: SuppressionReason) -> None:
    secrets = ensure_local_secrets(data_dir)
    with open_store(data_dir / "newsletter.db", address_key=secrets.address_key) as store:
        store.suppressions.suppress(address, reason, now=NOW)


def listed(*options: str) -> list[dict[str, Any]]:
    ended = run("suppression", "list", "--json", *options)
    assert ended.code == 0, ended
    found: list[dict[str, Any]] = json.loads(ended.out)
    return found


def state() -> str:
    shown = json.loads(run("subscriber", "show", READER, "--json").out)
    return str(shown["state"])


def test_nobody_is_suppressed_at_first() -> None:
    assert listed() == []
    assert run("suppression", "list").out == "address\treason\tsince\tstate_before\thash\n"


def test_a_reader_is_suppressed_and_lifted() -> None:
    run("subscriber", "add", READER)
    ended = run("suppression", "add", "Reader@EXAMPLE.org")
    assert (ended.code, ended.out) == (0, "")
    assert "gets no more mail (reason: manual)" in ended.err
    assert state() == "suppressed"
    (facts,) = listed()
    assert (facts["address"], facts["reason"], facts["state_before"]) == (
        *(READER, "manual", "active"),
    )
    ended = run("suppression", "lift", READER, "--yes")
    assert ended.code == 0
    assert f"{READER} gets mail again" in ended.err
    assert state() == "active"


def test_json_of_adding_and_lifting() -> None:
    added = json.loads(run("suppression", "add", READER, "--json").out)
    assert (added["address"], added["reason"], added["state_before"]) == (READER, "manual", None)
    lifted = run("suppression", "lift", READER, "--yes", "--json")
    assert json.loads(lifted.out) == {"lifted": READER, "reader": None}


def test_who_is_no_reader_is_listed_by_a_hash_alone(data_dir: Path) -> None:
    run("suppression", "add", READER)
    (facts,) = listed()
    assert facts["address"] is None
    assert len(facts["hash"]) == 64
    assert READER not in run("suppression", "list").out
    assert READER.encode() not in (data_dir / "newsletter.db").read_bytes()


def test_the_list_can_be_of_one_reason(data_dir: Path) -> None:
    suppress(data_dir, "a@example.org", SuppressionReason.BOUNCE)
    suppress(data_dir, "b@example.org", SuppressionReason.COMPLAINT)
    assert [each["reason"] for each in listed("--reason", "complaint")] == ["complaint"]
    assert run("suppression", "list", "--reason", "mood").code == 2


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.ERASED])
def test_what_is_for_good_needs_force(data_dir: Path, reason: SuppressionReason) -> None:
    suppress(data_dir, READER, reason)
    ended = run("suppression", "lift", READER, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "for good" in ended.err
    assert "add --force" in ended.err
    assert len(listed()) == 1
    assert run("suppression", "lift", READER, "--yes", "--force").code == 0
    assert listed() == []


def test_lifting_asks_and_says_what_it_means(data_dir: Path) -> None:
    suppress(data_dir, READER, SuppressionReason.BOUNCE)
    ended = run("suppression", "lift", READER)
    assert ended.code == 2
    assert "Its server said that the mailbox does not exist." in ended.err
    assert "add --yes" in ended.err
    assert len(listed()) == 1


def test_what_is_not_suppressed_cannot_be_lifted() -> None:
    ended = run("suppression", "lift", READER, "--yes")
    assert ended.code == 2
    assert "is not suppressed" in ended.err


@pytest.mark.parametrize("command", ["add", "lift"])
def test_an_address_that_is_none(command: str) -> None:
    ended = run("suppression", command, "nobody")
    assert ended.code == 2
    assert "is not an address" in ended.err


def test_nobody_adds_a_suppressed_address() -> None:
    run("suppression", "add", READER)
    ended = run("subscriber", "add", READER)
    assert (ended.code, ended.out) == (2, "")
    assert "is suppressed and stays so" in ended.err
    assert json.loads(run("subscriber", "list", "--json").out) == []


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_an_import_does_not_bring_a_suppressed_address_back(options: list[str]) -> None:
    run("suppression", "add", READER)
    Path("readers.csv").write_text(f"address\nnew@example.org\n{READER}\n", encoding="utf-8")
    ended = run("subscriber", "import", "readers.csv", "--json", *options)
    assert ended.code == PARTIAL
    result = json.loads(ended.out)
    assert (result["added"], result["refused"]) == (1, 1)
    assert result["rows"][0]["line"] == 3
    assert "is suppressed and stays so" in result["rows"][0]["reason"]


def test_removing_a_reader_leaves_the_suppression() -> None:
    run("subscriber", "add", READER)
    run("suppression", "add", READER)
    assert run("subscriber", "remove", READER, "--yes").code == 0
    assert run("subscriber", "add", READER).code == 2


def test_an_import_of_a_suppressed_reader_suppresses_the_address() -> None:
    Path("readers.csv").write_text(f"address,state\n{READER},suppressed\n", encoding="utf-8")
    assert run("subscriber", "import", "readers.csv").code == 0
    assert [each["address"] for each in listed()] == [READER]
