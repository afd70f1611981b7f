"""Summaries from a terminal: what they cost before they are made, outages, and making them anew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.commands import Ended
from tests.e2e.summarizing import DAY, Here, asking, mind_of
from tests.servers.fake_llm import FakeLlm, serve_llm


@pytest.fixture
def program(tmp_path: Path) -> Here:
    """A program with the sample of a day in its store and one reader."""
    return Here.with_a_reader(tmp_path)


@pytest.fixture
def mind(program: Here) -> Iterator[FakeLlm]:
    """A model's endpoint that knows the sample's papers."""
    with serve_llm(mind_of(program)) as served:
        yield served


def ask(program: Here, mind: FakeLlm, *words: str, **settings: str) -> Ended:
    return program.run(*words, **(asking(mind) | settings))


def asked(program: Here, mind: FakeLlm, *words: str, **settings: str) -> Any:
    return program.json(*words, **(asking(mind) | settings))


def stored(program: Here) -> str:
    return (program.folder / "data" / "newsletter.db").read_bytes().decode("latin-1")


def test_a_dry_run_tells_the_cost_and_asks_nothing(program: Here, mind: FakeLlm) -> None:
    estimate = asked(program, mind, "summarize", "--dry-run")
    assert estimate["to_ask"] == estimate["wanted"] > 3
    assert estimate["usage"]["cost_usd"] > 0
    assert mind.calls == 0
    assert program.listed() == []


def test_each_is_asked_once(program: Here, mind: FakeLlm) -> None:
    first = asked(program, mind, "summarize")
    assert first["kept"] == first["wanted"] == mind.calls
    second = asked(program, mind, "summarize")
    assert (second["known"], second["kept"], mind.calls) == (first["wanted"], 0, first["kept"])
    assert {each["origin"] for each in program.listed()} == {"llm"}


def test_limits_and_languages_are_kept_to(program: Here, mind: FakeLlm) -> None:
    assert asked(program, mind, "summarize", "--limit", "2")["kept"] == 2
    none = asked(program, mind, "summarize", "--language", "zh")
    assert none["wanted"] == 0
    over = asked(program, mind, "summarize", NEWSLETTER_SUMMARIES__MAX_PAPERS="1")
    assert over["kept"] == 1
    assert over["faults"]["over_budget"] >= 1


def test_a_dry_run_of_sending_shows_cost_and_extracts(program: Here, mind: FakeLlm) -> None:
    out = str(program.folder / "out")
    words = ("send", "--dry-run", "--source", "sample", "--out", out, "--json")
    ended = ask(program, mind, *words)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["summaries"]["to_ask"] > 0
    assert "Nothing was asked" in ended.err
    assert mind.calls == 0
    html = next((program.folder / "out").glob("001-*.html")).read_text(encoding="utf-8")
    assert "sentences chosen from the abstract" in html


def test_for_one_reader_only_their_papers_are_asked_about(program: Here, mind: FakeLlm) -> None:
    words = ("subscriber", "add", "other@example.org", "--category", "cs.LG", "--max-papers", "2")
    assert program.run(*words).code == 0
    ended = ask(
        program, mind, "send", "--source", "sample", "--only", "other@example.org", "--yes",
        NEWSLETTER_MAILER__KIND="maildir",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    mail = program.mail().decode()
    assert mind.calls == 2
    assert all(each.paper_id in mail for each in mind.questions)


def test_sending_shows_the_models_summaries(program: Here, mind: FakeLlm) -> None:
    ended = ask(program, mind, "send", "--source", "sample", "--on", DAY, "--yes")
    assert ended.code == 0, ended.err
    assert "to ask fake" in ended.err
    assert b"summary by fake" in program.mail()


@pytest.mark.parametrize("fault", ["401", "429-quota", "404", "429-long", "500", "hang", "html"])
def test_an_outage_is_told_on_its_first_day_and_mails_go_out(
    program: Here, mind: FakeLlm, fault: str
) -> None:
    mind.faults = {"*": (fault,)}
    ended = ask(program, mind, "send", "--source", "sample", "--on", DAY, "--yes")
    assert ended.code == 0, ended.err
    assert b"sentences chosen from the abstract" in program.mail()
    told = program.run("status")
    assert "The summaries fail since" in told.err
    facts = program.json("status")["summaries"]
    assert facts["outage"]
    assert facts["failing_since"] == facts["began_at"]
    assert all(each["why"] for each in program.listed())
    assert "sk-secret" not in ended.err + told.err + stored(program)


def test_after_an_outage_what_is_missing_is_asked_for(program: Here, mind: FakeLlm) -> None:
    mind.faults = {"*": ("401",)}
    assert ask(program, mind, "summarize").code == 3
    mind.faults = {}
    again = asked(program, mind, "summarize")
    assert again["kept"] == again["wanted"]
    assert program.json("status")["summaries"]["failing_since"] is None


def test_redo_and_show(program: Here, mind: FakeLlm) -> None:
    ask(program, mind, "summarize", "--limit", "1")
    (one,) = program.listed()
    before = mind.calls
    assert asked(program, mind, "summaries", "redo", one["paper"])["kept"] == 1
    assert mind.calls == before + 1
    shown = program.run("summaries", "show", one["paper"])
    assert one["text"]["tldr"] in shown.out
    assert "## Contributions" in shown.out
    stats = program.json("summaries", "stats")
    assert stats["summaries"][0]["outcome"] == "llm"
    assert len(stats["runs"]) == 2


def test_what_is_not_there_is_told(program: Here) -> None:
    assert program.run("summaries", "show", "2611.99999").code == 2
    assert program.run("summaries", "redo", "2611.99999").code == 2
    assert program.run("summarize", "--on", "2020-01-01").code == 2


def test_the_doctor_makes_one_small_call(program: Here, mind: FakeLlm) -> None:
    def summaries(**settings: str) -> dict[str, Any]:
        ended = ask(
            program, mind, "doctor", "--json", NEWSLETTER_ARXIV__FEED_URL="http://127.0.0.1:9/",
            **settings,
        )  # fmt: skip
        found = json.loads(ended.out)
        findings = found["findings"] if isinstance(found, dict) else found
        return next(each for each in findings if each["check"] == "summaries")

    assert summaries()["level"] == "ok"
    assert mind.calls == 1
    mind.faults = {"*": ("401",)}
    assert summaries()["level"] == "warning"


def test_wrong_settings_are_told_with_key_and_fix(program: Here) -> None:
    for name, value, told in [
        ("PRICES", "fake", "summaries.prices"),
        ("MAX_COST_USD", "5", "price of"),
        ("PROMPTS_DIR", "/nowhere", "summaries.prompts_dir"),
        ("BASE_URL", "localhost", "summaries.base_url"),
    ]:
        settings = {"NEWSLETTER_SUMMARIES__KIND": "openai", "NEWSLETTER_SUMMARIES__PRICES": "x:1:1"}
        ended = program.run("summarize", **(settings | {f"NEWSLETTER_SUMMARIES__{name}": value}))
        assert ended.code == 78, (name, ended.err)
        assert told in ended.err, (name, ended.err)
