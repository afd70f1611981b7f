"""When things go wrong: a page, the right status, nothing lost, nothing told."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.log import configure
from newsletter.stores.sqlite.store import SqliteStore, open_store
from newsletter.web.app import create_app
from tests.factories import make_subscriber
from tests.web_site import SITE, WebSite, environment, heading, path_in


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[tuple[TestClient, SqliteStore]]:
    """A site that does not wait for a locked database."""
    program = App(load_settings(None, environment(tmp_path)))
    program.open_store().close()
    path, key = program.settings.store.path, program.secrets().address_key
    with open_store(path, address_key=key, busy_timeout_s=0.05) as store:
        web = create_app(program, store, answer_takes_s=0.0)
        yield TestClient(web, base_url=SITE, follow_redirects=False), store


def test_while_the_database_is_locked_mail_programs_are_asked_to_repeat(
    hasty: tuple[TestClient, SqliteStore],
) -> None:
    client, store = hasty
    reader = make_subscriber()
    store.subscribers.add(reader)
    site = client.app.state.site  # type: ignore[attr-defined]  # Starlette's
    path = site.office.links.unsubscribe(reader)
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post(path, content=b"List-Unsubscribe=One-Click")
        assert answer.status_code == 503
        assert heading(answer) == "Not right now"
        assert int(answer.headers["retry-after"]) > 0
        other.rollback()
    assert client.post(path).status_code == 200


def test_when_the_database_is_gone_nothing_is_promised(site: WebSite) -> None:
    reader = make_subscriber()
    site.store.subscribers.add(reader)
    path = site.office.links.unsubscribe(reader)
    site.store.path.unlink()
    assert site.client.post(path).status_code == 503
    assert site.client.get("/health").status_code == 503
    assert site.client.get("/health").json()["database"] == "failed"


@pytest.mark.parametrize("path", ["/nowhere", "/c/", "/u", "/p/x/y/z", "/%00", "/c/%ff", "/f/a/b"])
def test_what_is_not_there_is_a_page_too(site: WebSite, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert heading(answer) in ("There is no such page", "This link is not complete")


def test_a_wrong_method_is_refused(site: WebSite) -> None:
    assert site.client.delete("/subscribe").status_code == 405
    assert site.client.get("/renew").status_code == 405


def test_a_bug_is_a_page_and_a_line_in_the_log_without_the_path(
    site: WebSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(SqliteStore, "__getattr__", broken, raising=False)
    monkeypatch.delattr(site.store, "subscribers")
    stream = io.StringIO()
    configure("info", "json", stream)
    try:
        answer = site.client.get(f"/u/{site.office.links.unsubscribe(make_subscriber())[-43:]}")
    finally:
        structlog.reset_defaults()
    assert answer.status_code == 500
    assert heading(answer) == "That is our fault"
    assert "a bug" not in answer.text
    assert "content-security-policy" in answer.headers
    assert "request.crashed" in stream.getvalue()
    assert "/u/" not in stream.getvalue()


def test_no_log_has_an_address_or_a_token(site: WebSite) -> None:
    stream = io.StringIO()
    configure("debug", "json", stream)
    try:
        page = site.become_reader("somebody@example.org")
        site.client.get(page[:-3])
        site.client.post("/subscribe", data={"address": "x@y", "stamp": "1"})
        link = path_in(site.mails()[0], "/c/")
        site.clock.move(days=4)
        site.client.get(link)
    finally:
        structlog.reset_defaults()
    logged = stream.getvalue()
    assert "notice.settled" in logged
    assert "@" not in logged
    assert page.removeprefix("/p/")[:20] not in logged
    assert link.removeprefix("/c/")[:20] not in logged


def test_an_expired_link_names_how_long_ago(site: WebSite) -> None:
    site.subscribe("reader@example.org")
    link = path_in(site.last_mail(), "/c/")
    site.clock.move(hours=74)
    assert "It was good until 2 hours ago." in site.client.get(link).text
    site.clock.move(days=3)
    answer = site.client.get(f"{link}?lang=zh-Hans")
    assert "3 天前失效。" in answer.text
    assert heading(answer) == "链接已过期"


def test_an_expired_confirmation_gets_a_new_one_by_mail(site: WebSite) -> None:
    from tests.web_site import hidden_fields

    site.subscribe("reader@example.org")
    link = path_in(site.last_mail(), "/c/")
    site.clock.move(days=4)
    fields = dict(hidden_fields(site.client.get(link).text))
    assert site.client.post("/renew", data=fields).status_code == 303
    assert heading(site.client.post(path_in(site.last_mail(), "/c/"))) == "You are subscribed"


def test_who_never_confirms_is_forgotten(site: WebSite) -> None:
    site.subscribe("reader@example.org")
    site.send_mails()
    site.clock.move(days=6)
    site.office.do_chores()
    assert site.store.subscribers.find("reader@example.org") is not None
    site.clock.move(days=2)
    site.office.do_chores()
    assert site.store.subscribers.find("reader@example.org") is None
