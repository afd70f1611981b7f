"""Every link of every mail: to look at it, as scanners do, changes nothing."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from email.message import EmailMessage

import pytest

from subscribers.model import Subscriber
from subscribers.notices import NoticeKind
from tests.factories import make_paper
from tests.web_site import WebSite, path_in, paths_in

ADDRESS = "reader@example.org"


def reader(site: WebSite) -> Subscriber:
    found = site.store.subscribers.find(ADDRESS)
    assert found is not None
    return found


def two_mails(site: WebSite) -> tuple[EmailMessage, EmailMessage]:
    site.send_mails()
    older, newer = site.mails()[-2:]
    return older, newer


@pytest.fixture
def mails(site: WebSite) -> Mapping[NoticeKind, EmailMessage]:
    """A mail of each kind to one reader."""
    site.store.papers.save_announcement([make_paper(1, title="Sparse attention")], [])
    site.subscribe(ADDRESS)
    found = {NoticeKind.CONFIRM: site.last_mail()}
    site.client.post(path_in(found[NoticeKind.CONFIRM], "/c/"))
    found[NoticeKind.WELCOME] = site.last_mail()
    page = path_in(found[NoticeKind.WELCOME], "/p/")
    site.client.post(f"{page}/move", data={"address": "new@example.net"})
    both = two_mails(site)
    found[NoticeKind.MOVE_OLD] = next(mail for mail in both if mail["To"] == ADDRESS)
    found[NoticeKind.MOVE_NEW] = next(mail for mail in both if mail["To"] != ADDRESS)
    for kind in (NoticeKind.EXPORT, NoticeKind.ERASE):
        site.client.post(f"{page}/data", data={"what": kind.value})
        found[kind] = site.last_mail()
    site.subscribe(ADDRESS)
    found[NoticeKind.RENEWAL] = site.last_mail()
    site.client.post(path_in(found[NoticeKind.WELCOME], "/u/"))
    found[NoticeKind.GOODBYE] = site.last_mail()
    return found


def content(site: WebSite) -> list[str]:
    """Everything in the database, as statements."""
    with closing(sqlite3.connect(site.store.path)) as database:
        return list(database.iterdump())


def test_looking_at_any_link_of_any_mail_changes_nothing(
    site: WebSite, mails: Mapping[NoticeKind, EmailMessage]
) -> None:
    assert set(mails) == set(NoticeKind)
    before, subject = content(site), reader(site)
    for kind, mail in mails.items():
        paths = paths_in(mail)
        assert paths, kind
        for path in paths:
            for method in ("GET", "HEAD"):
                answer = site.client.request(method, path)
                assert answer.status_code in (200, 404, 410), (kind, path)
                assert "set-cookie" not in answer.headers
    assert content(site) == before
    assert reader(site) == subject
    assert site.send_mails() == 0


def test_while_a_reader_reads_no_link_of_their_mails_is_dead(site: WebSite) -> None:
    site.become_reader(ADDRESS)
    dead = [
        path
        for mail in site.mails()
        for path in paths_in(mail)
        if site.client.get(path).status_code != 200
    ]
    assert dead == []
