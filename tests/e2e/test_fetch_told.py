"""What is told of reading: entries set aside, and days that are none."""

from pathlib import Path

import pytest

from tests.e2e.commands import run


@pytest.mark.parametrize("command", [("fetch", "--source", "sample"), ("status",)])
def test_an_entry_that_was_set_aside_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    settings = {"NEWSLETTER_STORE__DATA_DIR": str(tmp_path)}
    assert run("fetch", "--source", "sample", **settings).code == 0
    assert "cs.LG: 2611.9002X was set aside: " in run(*command, **settings).err


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "20.11.2026", ""])
def test_a_day_that_is_none_is_refused_with_an_example(tmp_path: Path, day: str) -> None:
    ended = run("fetch", "--on", day, NEWSLETTER_STORE__DATA_DIR=str(tmp_path))
    assert ended.code == 2
    assert f"{day!r} must be like 2026-11-20" in ended.err
