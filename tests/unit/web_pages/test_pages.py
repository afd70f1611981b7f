"""Public pages: complete, escaped, and sent from memory."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from newsletter.model import AnnounceType, Batch, BatchState
from newsletter.stores.sqlite.store import SqliteStore
from tests.factories import DAY, make_paper

ISSUE = f"/i/{DAY}-daily"
EVIL = '<script>alert("x")</script> & {{ 7*7 }} \x07\u202e'
PAGES = ("/", "/i", ISSUE, "/a/2611.00001", "/help", "/privacy", "/preview?keywords=sparse")


@pytest.fixture
def filled(store: SqliteStore) -> SqliteStore:
    """Seventy papers of the day, one of them old-style, and one of the day before."""
    papers = [make_paper(n, title=f"Sparse attention {n}") for n in range(1, 61)]
    others = [
        make_paper(
            n,
            title=f"Weather {n}",
            abstract="Rain.",
            categories=("math.NT",),
            announced_in=(("math.NT", AnnounceType.NEW),),
        )
        for n in range(61, 70)
    ]
    old = make_paper(id="hep-th/9901001", title="Old strings")
    before = make_paper(99, title="Before", issue_on=DAY - timedelta(days=1))
    store.papers.save_announcement([*papers, *others, old, before], [])
    return store


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_seen_in_both_languages(
    filled: SqliteStore, client: TestClient, path: str
) -> None:
    english = client.get(path, headers={"Accept-Language": "fr, en;q=0.5"})
    chinese = client.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert (english.status_code, chinese.status_code) == (200, 200)
    assert '<html lang="en" dir="ltr">' in english.text
    assert '<html lang="zh-Hans" dir="ltr">' in chinese.text


@pytest.mark.parametrize("path", ["/", "/i", "/help", "/feed/atom.xml", "/feed/cs.LG.atom"])
def test_an_empty_archive_has_pages_too(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_chosen_language_stays_chosen(filled: SqliteStore, client: TestClient) -> None:
    text = client.get("/?lang=zh-Hans").text
    assert '<html lang="zh-Hans"' in text
    assert f'href="{ISSUE}?lang=zh-Hans"' in text


def test_the_front_page_shows_the_latest_issue_and_the_way_in(
    filled: SqliteStore, client: TestClient
) -> None:
    text = client.get("/").text
    assert "70</b> announced" in text
    assert text.count('<article class="paper') == 5
    assert 'action="/subscribe"' in text
    assert f'href="{ISSUE}"' in text


def test_an_issue_shows_every_paper_page_by_page(filled: SqliteStore, client: TestClient) -> None:
    pages = [client.get(f"{ISSUE}?page={n}").text for n in (1, 2)]
    assert [page.count('<article class="paper') for page in pages] == [50, 20]
    whole = "".join(pages)
    assert all(f'href="/a/2611.{n:05d}"' in whole for n in range(1, 70))
    assert client.get(f"{ISSUE}?page=3").status_code == 404


def test_an_issue_can_be_narrowed_to_a_category(filled: SqliteStore, client: TestClient) -> None:
    text = client.get(f"{ISSUE}?category=math.NT").text
    assert text.count('<article class="paper') == 9
    assert 'href="/feed/math.NT.atom"' in text


def test_an_issue_leads_to_those_before_and_after(filled: SqliteStore, client: TestClient) -> None:
    yesterday = f"/i/{DAY - timedelta(days=1)}-daily"
    assert f'rel="prev" href="{yesterday}"' in client.get(ISSUE).text
    assert f'rel="next" href="{ISSUE}"' in client.get(yesterday).text


def test_a_week_is_an_issue_too(filled: SqliteStore, client: TestClient) -> None:
    assert "71</b> announced" in client.get(f"/i/{DAY}-weekly").text


@pytest.fixture
def stalled(store: SqliteStore) -> SqliteStore:
    """A day of which one category could not be read."""
    batch = Batch(category="cs.CL", announced_on=DAY, state=BatchState.STALLED)
    store.papers.save_announcement([make_paper()], [batch])
    return store


def test_an_issue_names_the_categories_that_are_missing(
    stalled: SqliteStore, client: TestClient
) -> None:
    assert "cs.CL could not be read completely" in client.get(ISSUE).text


@pytest.mark.parametrize(
    "path",
    [
        "/i/2026-11-21-daily",
        "/i/2026-11-20",
        "/i/2026-13-20-daily",
        "/i/0001-01-01-weekly",
        "/i/２０２６-11-20-daily",
        f"{ISSUE}?page=0",
        f"{ISSUE}?page=x",
        f"{ISSUE}?page=99999",
        f"{ISSUE}?category=cs.ZZ",
        "/i?before=yesterday",
        "/i?q=weather&page=9",
        "/a/2611.99999",
        "/a/nonsense",
        "/a/",
        "/a/2611.00001/x",
        "/a/http://evil.example/abs/2611.00001",
        "/a/2611.00001v0",
        "/feed/cs.ZZ.atom",
        "/assets/app.css",
        "/assets/../base.html.j2",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_404(filled: SqliteStore, client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_paper_is_found_by_old_ids_and_versions(filled: SqliteStore, client: TestClient) -> None:
    assert "Old strings" in client.get("/a/hep-th/9901001").text
    for path, target in (
        ("/a/2611.00001v3", "/a/2611.00001"),
        ("/a/hep-th/9901001v1", "/a/hep-th/9901001"),
        ("/a/math.GT/0309136v2", "/a/math/0309136"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, target)


@pytest.fixture
def evil(store: SqliteStore) -> SqliteStore:
    """One paper whose every text wants to be more than text."""
    paper = make_paper(
        title=EVIL,
        abstract=f"Sparse attention. {EVIL}",
        authors=(EVIL, "B"),
        comment=EVIL,
        journal_ref=EVIL,
        doi='10.1000/"><script>',
        acceptance=EVIL,
        code_url='javascript:alert("x")',
    )
    store.papers.save_announcement([paper], [])
    return store


@pytest.mark.parametrize(
    "path", ["/", ISSUE, "/a/2611.00001", "/i?q=sparse", "/preview?keywords=sparse%20attention"]
)
def test_text_from_outside_is_escaped(evil: SqliteStore, client: TestClient, path: str) -> None:
    text = client.get(path).text
    assert "&lt;script&gt;" in text
    for bad in ("<script>alert", "javascript:", "\x07", "\u202e"):
        assert bad not in text


def test_what_a_visitor_typed_is_escaped(filled: SqliteStore, client: TestClient) -> None:
    for path in ("/i?q=<script>1", "/preview?keywords=<script>1&authors=</textarea><script>1"):
        assert "<script>1" not in client.get(path).text


def test_searching_finds_papers_and_ids(filled: SqliteStore, client: TestClient) -> None:
    found = client.get("/i?q=weather+rain").text
    assert "9 papers found" in found
    assert 'href="/a/2611.00069"' in found
    assert client.get("/i?q=arXiv:2611.00005v1").headers["location"] == "/a/2611.00005"
    assert "No paper here" in client.get("/i?q=2612.00005").text
    assert client.get("/i?q=sparse&page=3").text.count("<article") == 62 - 50


@pytest.mark.parametrize("path", ["/", ISSUE, "/a/2611.00001", "/feed/atom.xml"])
def test_a_known_page_is_not_sent_again(filled: SqliteStore, client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    since = client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert since.status_code == 304


def test_head_answers_as_get_without_a_body(filled: SqliteStore, client: TestClient) -> None:
    got = client.get("/", headers={"Accept-Encoding": "identity"})
    head = client.head("/", headers={"Accept-Encoding": "identity"})
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))


def test_a_page_is_packed_for_who_asks(filled: SqliteStore, client: TestClient) -> None:
    packed = client.get(ISSUE, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == client.get(ISSUE, headers={"Accept-Encoding": "identity"}).text
    assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_is_only_read(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_a_flood_of_query_fields_is_ignored(filled: SqliteStore, client: TestClient) -> None:
    query = "&".join(f"a{n}=1" for n in range(1000))
    assert client.get(f"/?{query}").status_code == 200


def test_assets_never_change_under_their_address(client: TestClient) -> None:
    text = client.get("/").text
    for ending, kind in (("css", "text/css"), ("js", "text/javascript"), ("svg", "image/svg")):
        (url,) = set(re.findall(rf'/assets/[a-z]+\.[0-9a-f]+\.{ending}(?=")', text))
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert "immutable" in answer.headers["cache-control"]


def test_robots_are_kept_off_links_that_can_do_something(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    for path in ("/u/", "/c/", "/p/", "/v/", "/feed/r/"):
        assert f"Disallow: {path}" in text
