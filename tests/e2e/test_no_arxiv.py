"""arXiv is away: one sentence, exit 69, nothing half-written, and a way on."""

import socket
from datetime import date
from pathlib import Path

import pytest

from newsletter.sources.sample import SampleSource
from tests.e2e.program import Program
from tests.servers.fake_arxiv import Answer, FakeArxiv


@pytest.fixture
def unreachable(tmp_path: Path) -> Program:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    return Program(
        tmp_path,
        NEWSLETTER_ARXIV__FEED_URL=url,
        NEWSLETTER_ARXIV__LISTING_URL=url,
        NEWSLETTER_ARXIV__SEARCH_URL=url,
    )


@pytest.mark.parametrize("words", [("fetch",), ("send", "--dry-run"), ("send",), ("run",)])
def test_nobody_answers(unreachable: Program, words: tuple[str, ...]) -> None:
    ended = unreachable.run(*words, "--json")
    assert ended.code == 69
    assert ended.out == ""
    before, _, after = ended.err.partition("arXiv could not be read")
    assert "127.0.0.1 cannot be reached: trying again …" in before
    assert after
    assert "newsletter send --dry-run --source sample" in ended.err
    assert "Traceback" not in ended.err


def test_nothing_half_written_is_left(unreachable: Program) -> None:
    unreachable.run("fetch")
    with unreachable.open_store() as store:
        assert store.papers.last_issue_day() is None


READER = "ada@lab.example"


def test_a_preview_shows_the_last_announcement_that_is_stored(
    unreachable: Program, tmp_path: Path
) -> None:
    unreachable.run("subscriber", "add", READER, "--category", "cs.LG")
    with unreachable.open_store() as store:
        day = SampleSource.latest_on
        papers = SampleSource().read("cs.LG", day).papers
        store.papers.save_announcement(papers, ())
    ended = unreachable.run("preview", "--to", READER, "--json")
    assert ended.code == 0, ended.err
    assert "arXiv could not be read" in ended.err
    assert f"This is the announcement of {day}." in ended.err
    assert [mail["reader"] for mail in ended.json["mails"]] == [READER]


def test_without_any_announcement_there_is_nothing_to_preview(unreachable: Program) -> None:
    unreachable.run("subscriber", "add", READER, "--category", "cs.LG")
    ended = unreachable.run("preview", "--to", READER)
    assert ended.code == 69
    assert "arXiv could not be read" in ended.err


@pytest.mark.data
def test_one_category_that_fails_does_not_stop_the_others(
    shared_data: Path, tmp_path: Path
) -> None:
    on = date(2025, 12, 23)
    with FakeArxiv.of_day(shared_data, on) as arxiv:
        for path in ("/rss/cs.DC", "/list/cs.DC", "/api/query"):
            arxiv.fail(path, Answer(status=404, body=b"gone"))
        program = Program.reading(arxiv, tmp_path)
        ended = program.run("fetch", "--source", "feed", "--on", str(on), "--json")
        shown = program.run("send", "--dry-run", "--source", "feed", "--on", str(on), "--json")
    states = {batch["category"]: batch["state"] for batch in ended.json}
    assert ended.code == 3
    assert states == {"cs.AI": "fresh", "cs.CL": "fresh", "cs.DC": "failed", "cs.LG": "fresh"}
    mail = Path(tmp_path, "out", shown.json["mails"][0]["stem"] + ".txt").read_text("utf-8")
    assert "cs.DC" in mail
