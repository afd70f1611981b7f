"""The three recorded days, from a server that plays arXiv to the export and the mails."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.servers.fake_arxiv import CATEGORIES, FakeArxiv
from tests.servers.fake_arxiv_days import recorded_day

pytestmark = pytest.mark.data

DAYS = {date(2025, 12, 19): ["cs.AI"], date(2025, 12, 23): [], date(2026, 1, 30): ["cs.AI"]}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> date:
    on: date = request.param
    return on


@pytest.fixture(scope="module")
def fetched(
    day: date, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """A program that has fetched the day, with the settings of the first bot."""
    config = json.loads((shared_data / "seed" / "configs.json").read_text(encoding="utf-8"))
    bot = next(each for each in config.values() if each["last_updated"].startswith(str(day)))
    folder = tmp_path_factory.mktemp("program")
    with FakeArxiv.of_day(shared_data, day, stale=DAYS[day]) as arxiv:
        program = Program.reading(
            arxiv,
            folder,
            NEWSLETTER_RANKING__METHOD="substring",
            NEWSLETTER_INTERESTS__CATEGORIES=json.dumps(bot["categories"]),
            NEWSLETTER_INTERESTS__KEYWORDS=json.dumps(bot["keywords"]),
            NEWSLETTER_INTERESTS__EXCLUDE=json.dumps(bot["exclude_keywords"]),
            NEWSLETTER_INTERESTS__ANNOUNCE_TYPES=json.dumps(bot["announce_types"]),
            NEWSLETTER_INTERESTS__MAX_PAPERS=str(bot["max_papers"]),
        )
        ended = program.run("fetch", "--source", "feed", "--on", str(day), "--json")
        assert ended.code == 0, ended.err
        assert {batch["state"] for batch in ended.json} == {"fresh"}
        yield program


def test_every_announced_paper_is_considered(
    fetched: Program, day: date, shared_data: Path
) -> None:
    announced = {record.id for record in recorded_day(shared_data, day, CATEGORIES)}
    with fetched.open_store() as store:
        considered = {paper.id for paper in store.papers.papers_between(day, day)}
    assert len(announced) > 200
    assert announced <= considered


def test_a_dry_run_shows_a_digest_without_findings_and_leaves_the_store_alone(
    fetched: Program, day: date
) -> None:
    before = fetched.stored_bytes()
    shown = fetched.run(
        "send", "--dry-run", "--source", "feed", "--on", str(day), "--json", "--out", "mails"
    )
    assert shown.code == 0, shown.err
    assert [mail["findings"] for mail in shown.json["mails"]] == [[]]
    assert (fetched.folder / "mails" / "index.html").is_file()
    assert fetched.stored_bytes() == before


def test_the_recorded_scores_are_reproduced(fetched: Program, day: date, shared_data: Path) -> None:
    lines = (shared_data / "seed" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    recorded = [each for each in map(json.loads, lines) if each["published"] == str(day)]
    exported = fetched.run("export", "--format", "json", "--on", str(day), "--limit", "0").json
    scores = {f"{each['id']}v{each['version']}": each["score"] for each in exported["papers"]}
    assert len(recorded) == 30
    assert {each["arxiv_id"]: scores.get(each["arxiv_id"]) for each in recorded} == {
        each["arxiv_id"]: each["score"] for each in recorded
    }


def test_fetching_again_changes_nothing(fetched: Program, day: date) -> None:
    export = ("export", "--format", "json", "--on", str(day), "--limit", "0")
    before = fetched.run(*export)
    again = fetched.run("fetch", "--source", "feed", "--on", str(day))
    assert again.code == 0, again.err
    assert fetched.run(*export).json["papers"] == before.json["papers"]


@pytest.mark.parametrize("form", ["markdown", "atom", "rss"])
def test_every_export_has_the_best_paper(fetched: Program, day: date, form: str) -> None:
    best = fetched.run("export", "--format", "json", "--on", str(day)).json["papers"][0]
    ended = fetched.run("export", "--format", form, "--on", str(day))
    assert ended.code == 0, ended.err
    assert f"arxiv.org/abs/{best['id']}" in ended.out
