"""``newsletter store copy``, as an operator calls it."""

import json
from pathlib import Path

import pytest

from newsletter.cli.main import run_command
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import KEY
from tests.factories import make_paper, make_subscriber


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_SECRETS__ADDRESS_KEY", KEY.decode())
    monkeypatch.setenv("NEWSLETTER_SECRETS__TOKEN_KEYS", '["a token key of thirty-two bytes, so"]')
    with open_store(tmp_path / "one.db", address_key=KEY) as store:
        store.papers.save_announcement([make_paper(1)], [])
        store.subscribers.add(make_subscriber(1))
    return tmp_path


def test_a_store_is_copied_and_told_by_number(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["store", "copy", "--from", "sqlite:one.db", "--to", "sqlite:two.db", "--json"]
    assert run_command(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["papers"]["number"], told["subscribers"]["number"]) == (1, 1)
    with open_store(folder / "two.db", address_key=KEY) as store:
        assert store.subscribers.get(make_subscriber(1).id) == make_subscriber(1)


def test_a_second_copy_to_the_same_place_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["store", "copy", "--from", "sqlite:one.db", "--to", f"sqlite:{folder / 'two.db'}"]
    assert run_command(words) == 0
    assert run_command(words) == 69
    assert "not empty" in capsys.readouterr().err


def test_nothing_is_copied_onto_itself(folder: Path) -> None:
    words = ["store", "copy", "--from", "sqlite:one.db", "--to", "sqlite:one.db"]
    assert run_command(words) == 2
    assert (folder / "one.db").exists()


def test_a_source_that_is_not_there_is_said_so_and_nothing_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["store", "copy", "--from", "sqlite:nope.db", "--to", "sqlite:two.db"]
    assert run_command(words) == 69
    assert "there is no nope.db" in capsys.readouterr().err
    assert not list(folder.glob("nope*"))
    assert not list(folder.glob("two*"))


def test_a_region_that_is_missing_is_named_by_its_key(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    words = ["store", "copy", "--from", "sqlite:one.db", "--to", "dynamodb:a,b"]
    assert run_command(words) == 69
    assert "set aws.region" in capsys.readouterr().err
