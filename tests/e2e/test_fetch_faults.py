"""What arXiv can do to ``newsletter fetch``: states, exit codes and what is in the store then."""

import socket
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.program import Ended, Program
from tests.servers.fake_arxiv import Answer, FakeArxiv
from tests.servers.fake_arxiv_days import Record
from tests.servers.fake_arxiv_pages import feed_xml

WEDNESDAY = date(2026, 2, 4)
THURSDAY = date(2026, 2, 5)
SATURDAY = date(2026, 2, 7)
HOLIDAY = date(2026, 1, 19)
CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
HTML = b"<!DOCTYPE html><html><body>We will be back soon</body></html>"
ERROR = b'<rss version="2.0"><channel><title>Feed error for query: cs.AI</title></channel></rss>'


def record(number: int, category: str, *, month: str = "2602") -> Record:
    return Record(
        id=f"{month}.{number:05}",
        title=f"Paper {number} of {category}",
        abstract="An agent that reads newsletters.",
        authors="Ada Example, Ben Beispiel",
        categories=(category,),
        types=((category, "new"),),
    )


def records(first: int) -> tuple[Record, ...]:
    """Three new papers of each category."""
    return tuple(
        record(first + 3 * place + number, category)
        for place, category in enumerate(CATEGORIES)
        for number in range(3)
    )


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    with FakeArxiv() as server:
        server.announce(WEDNESDAY, records(100))
        yield server


@pytest.fixture
def program(arxiv: FakeArxiv, tmp_path: Path) -> Program:
    categories = ",".join(CATEGORIES)
    return Program.reading(arxiv, tmp_path, NEWSLETTER_INTERESTS__CATEGORIES=categories)


def fetch(program: Program, on: date, **settings: str) -> Ended:
    return program.run("fetch", "--source", "feed", "--on", str(on), "--json", **settings)


def rows(ended: Ended, on: date = WEDNESDAY) -> Mapping[str, tuple[str, str | None]]:
    """State and source of each category."""
    return {
        row["category"]: (row["state"], row["source"])
        for row in ended.json
        if row["announced_on"] == str(on)
    }


def stored(program: Program, on: date) -> int:
    with program.open_store() as store:
        return len(store.papers.papers_between(on, on))


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_faults_that_pass_cost_nothing_but_time(arxiv: FakeArxiv, program: Program) -> None:
    arxiv.fail_once("/rss/cs.AI", Answer(body=b"Rate exceeded."))
    arxiv.fail_once("/rss/cs.CL", Answer(status=429, headers=(("Retry-After", "1"),)))
    arxiv.fail_once("/rss/cs.DC", Answer(status=406))
    arxiv.fail_once("/rss/cs.LG", Answer(status=429))
    ended = fetch(program, WEDNESDAY)
    assert ended.code == 0, ended.err
    assert rows(ended) == dict.fromkeys(CATEGORIES, ("fresh", "feed"))
    assert stored(program, WEDNESDAY) == 12
    assert len(arxiv.requests) == 8


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=HTML, content_type="text/html"),
        Answer(body=feed_xml("cs.AI", records(100))[:700]),
        Answer(body=ERROR, status=400),
        Answer(status=404),
        Answer(body=b""),
    ],
    ids=["html", "cut", "error feed", "404", "empty"],
)
def test_a_feed_that_is_none_is_replaced_by_the_listing(
    arxiv: FakeArxiv, program: Program, answer: Answer
) -> None:
    arxiv.fail("/rss/cs.AI", answer)
    ended = fetch(program, WEDNESDAY)
    assert ended.code == 0, ended.err
    assert rows(ended)["cs.AI"] == ("fresh", "listing")
    assert stored(program, WEDNESDAY) == 12


@pytest.mark.parametrize("is_there", [False, True], ids=["closed", "404"])
def test_a_feed_that_nobody_replaces_is_named_and_the_rest_stands(
    arxiv: FakeArxiv, program: Program, *, is_there: bool
) -> None:
    arxiv.fail("/rss/cs.AI", Answer(body=HTML, content_type="text/html"))
    for path in ("/list", "/api"):
        arxiv.fail(path, Answer(status=404))
    away = {} if is_there else dict.fromkeys(("LISTING_URL", "SEARCH_URL"), nobody())
    settings = {f"NEWSLETTER_ARXIV__{name}": url for name, url in away.items()}
    ended = fetch(program, WEDNESDAY, **settings)
    assert ended.code == 3
    assert rows(ended)["cs.AI"] == ("failed", None)
    assert stored(program, WEDNESDAY) == 9


def test_a_feed_that_hangs_is_left_and_replaced(arxiv: FakeArxiv, program: Program) -> None:
    arxiv.fail_once("/rss/cs.AI", Answer(hang=True))
    ended = fetch(program, WEDNESDAY, NEWSLETTER_ARXIV__TIMEOUT_S="0.5")
    assert ended.code == 0, ended.err
    assert rows(ended)["cs.AI"] == ("fresh", "feed")


def test_an_over_full_feed_raises_the_alarm(arxiv: FakeArxiv, program: Program) -> None:
    full = tuple(record(number, "cs.AI") for number in range(1000, 3000))
    arxiv.serve("/rss/cs.AI", feed_xml("cs.AI", full))
    arxiv.fail("/list/cs.AI", Answer(status=404))
    arxiv.fail("/api", Answer(status=404))
    ended = fetch(program, WEDNESDAY)
    (row,) = [row for row in ended.json if row["category"] == "cs.AI"]
    assert ended.code == 3
    assert row["state"] == "stalled"
    assert "over-full" in row["detail"]
    assert row["fetched"] == 2000


def test_an_over_full_feed_is_joined_with_the_listing(arxiv: FakeArxiv, program: Program) -> None:
    full = tuple(record(number, "cs.AI") for number in range(1000, 3000))
    arxiv.serve("/rss/cs.AI", feed_xml("cs.AI", full))
    ended = fetch(program, WEDNESDAY)
    assert ended.code == 0, ended.err
    assert stored(program, WEDNESDAY) == 2012


@pytest.mark.data
def test_atom_where_rss_should_be_is_read(
    arxiv: FakeArxiv, program: Program, shared_data: Path
) -> None:
    name = "zotero-arxiv-daily_atom_cs.AI_2025-08-20_7entries.xml"
    arxiv.serve("/rss/cs.AI", (shared_data / "arxiv/rss_real" / name).read_bytes())
    ended = fetch(program, date(2025, 8, 20), NEWSLETTER_INTERESTS__CATEGORIES="cs.AI")
    assert ended.code == 0, ended.err
    assert [row["fetched"] for row in ended.json] == [7]


@pytest.mark.parametrize("on", [SATURDAY, HOLIDAY], ids=["weekend", "holiday"])
def test_an_empty_day_without_announcement_is_quiet(
    arxiv: FakeArxiv, program: Program, on: date
) -> None:
    arxiv.announce(on, ())
    ended = fetch(program, on)
    assert ended.code == 0, ended.err
    assert {state for state, _ in rows(ended, on).values()} == {"quiet"}


def test_an_empty_wednesday_waits(arxiv: FakeArxiv, program: Program) -> None:
    for category in CATEGORIES:
        arxiv.serve(f"/rss/{category}", feed_xml(category, ()))
    arxiv.announce(WEDNESDAY, ())
    arxiv.announce(date(2026, 2, 3), records(1))
    ended = fetch(program, WEDNESDAY)
    assert ended.code == 3
    assert {state for state, _ in rows(ended).values()} == {"waiting"}
    assert stored(program, WEDNESDAY) == 0


def test_a_missed_day_is_caught_up_late_and_told_once(arxiv: FakeArxiv, program: Program) -> None:
    assert fetch(program, WEDNESDAY).code == 0
    arxiv.announce(THURSDAY, records(200))
    arxiv.announce(date(2026, 2, 6), records(300))
    ended = fetch(program, date(2026, 2, 6))
    assert ended.code == 0, ended.err
    assert rows(ended, THURSDAY) == dict.fromkeys(CATEGORIES, ("fresh", "search"))
    assert fetch(program, date(2026, 2, 6)).code == 0
    with program.open_store() as store:
        papers = store.papers.papers_between(date(2026, 2, 6), date(2026, 2, 6))
    late = [paper for paper in papers if paper.late]
    assert len(papers) == 24
    assert {paper.announced_on for paper in late} == {THURSDAY}
    assert len(late) == 12


def test_two_processes_keep_one_pace(arxiv: FakeArxiv, program: Program) -> None:
    interval_s = 0.4
    words = ("fetch", "--source", "feed", "--on", str(WEDNESDAY))
    settings = {"NEWSLETTER_ARXIV__MIN_INTERVAL_S": str(interval_s)}
    with program.start(*words, **settings) as one, program.start(*words, **settings) as other:
        one.communicate(timeout=60)
        other.communicate(timeout=60)
    assert (one.returncode, other.returncode) == (0, 0)
    moments = sorted(seen.at for seen in arxiv.requests)
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(moments) == 8
    assert min(gaps) >= interval_s * 0.9
    assert stored(program, WEDNESDAY) == 12


@pytest.mark.parametrize("category", ["cs.XX", "cs", "../x", "cs.AI+cs.LG"])
def test_an_unknown_category_is_a_wrong_setting(program: Program, category: str) -> None:
    ended = fetch(program, WEDNESDAY, NEWSLETTER_INTERESTS__CATEGORIES=category)
    assert ended.code == 78
    assert "interests.categories" in ended.err
    assert category in ended.err
