"""The preview shows what today's digest would have been, as a page and as a part of one."""

import sqlite3
from contextlib import closing

import pytest
from starlette.testclient import TestClient

from newsletter.bootstrap import App
from newsletter.stores.sqlite.store import SqliteStore
from tests.factories import make_interests, make_paper, make_subscriber

FRAGMENT = {"X-Fragment": "preview"}


@pytest.fixture
def filled(store: SqliteStore) -> SqliteStore:
    papers = [make_paper(n, title=f"Sparse attention {n}" if n % 2 else "Rain") for n in range(60)]
    store.papers.save_announcement(papers, [])
    return store


def test_it_shows_what_the_job_would_choose(
    filled: SqliteStore, program: App, client: TestClient
) -> None:
    reader = make_subscriber(interests=make_interests("rain", categories=()))
    chosen = program.job(filled).latest_for(reader, limit=10)
    text = client.get("/preview?keywords=rain").text
    places = [text.index(f'href="/a/{entry.paper.id}"') for entry in chosen]
    assert len(places) == 10
    assert places == sorted(places)
    assert "rain in title" in text.replace('<span dir="auto">rain</span>', "rain")


def test_it_warns_of_dead_and_of_far_too_broad_keywords(
    filled: SqliteStore, client: TestClient
) -> None:
    text = client.get("/preview?keywords=attention%0Aunheard%0Arain:-1").text
    assert '<li class="too_broad"><span dir="auto">attention</span> <b>60 papers</b>' in text
    assert '<li class="dead"><span dir="auto">unheard</span> <b>0 papers</b>' in text
    assert '<li class="fine"><span dir="auto">rain</span> lowers <b>30 papers</b>' in text


def test_a_script_gets_the_part_of_the_page(filled: SqliteStore, client: TestClient) -> None:
    part = client.post("/preview", data={"keywords": "rain"}, headers=FRAGMENT)
    whole = client.post("/preview", data={"keywords": "rain"})
    assert "<html" not in part.text
    assert part.text.strip() in whole.text
    assert part.headers["cache-control"] == "no-store"


def test_what_was_typed_stands_in_the_form_again_with_what_is_wrong(
    filled: SqliteStore, client: TestClient
) -> None:
    form = {"keywords": "rain\nbad:9", "authors": "Ada Example", "categories": ["cs.LG", "cs.CL"]}
    text = client.post("/preview", data=form).text
    assert "rain\nbad:9</textarea>" in text
    assert 'aria-invalid="true"' in text
    assert text.count("checked") == 2


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_what_is_wrong_is_told_in_the_visitors_language(
    filled: SqliteStore, client: TestClient, headers: dict[str, str]
) -> None:
    form = {"keywords": "rain\nbad:9", "categories": "cs.ZZ"}
    english = client.post("/preview", data=form, headers=headers).text
    chinese = client.post("/preview?lang=zh-Hans", data=form, headers=headers).text
    assert "&#39;cs.ZZ&#39; is not an arXiv category" in english
    assert "cs.ZZ" in english
    assert "其中有的不是 arXiv 的分类。" in chinese
    assert "其中有关键词无法使用。" in chinese
    assert "between" in english
    assert "between" not in chinese


def test_nothing_typed_shows_what_to_do(filled: SqliteStore, client: TestClient) -> None:
    assert "Write a keyword" in client.get("/preview").text


def test_nothing_that_fits_is_said(filled: SqliteStore, client: TestClient) -> None:
    assert "Nothing announced on" in client.get("/preview?keywords=unheard").text


def test_it_works_before_anything_was_announced(client: TestClient) -> None:
    assert "Nothing has been announced" in client.get("/preview?keywords=x").text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 200),
        (b"keywords=%ff%fe", "application/x-www-form-urlencoded", 200),
        (b"&".join([b"keywords=x"] * 5000), "application/x-www-form-urlencoded", 400),
        (b"keywords=" + b"x" * 10_000_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
    ],
)
def test_odd_bodies_are_refused_in_order(
    filled: SqliteStore, client: TestClient, body: bytes, kind: str, status: int
) -> None:
    answer = client.post("/preview", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


def test_looking_writes_nothing(filled: SqliteStore, client: TestClient) -> None:
    client.get("/")
    with closing(sqlite3.connect(filled.path)) as watching:
        version = watching.execute("PRAGMA data_version").fetchone()
        for path in ("/", "/i", "/i?q=rain", "/preview?keywords=rain", "/feed/atom.xml"):
            client.get(path)
            client.head(path)
        client.post("/preview", data={"keywords": "rain"})
        assert watching.execute("PRAGMA data_version").fetchone() == version
        filled.papers.save_announcement([make_paper(99)], [])
        assert watching.execute("PRAGMA data_version").fetchone() != version
