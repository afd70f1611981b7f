"""Take along, and be forgotten."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
import structlog

from newsletter.log import configure
from subscribers.model import Subscriber
from subscribers.suppression import SuppressionReason
from tests.factories import make_paper
from tests.web_site import WebSite, heading, path_in, read_mail

ADDRESS = "somebody.special@example.org"
OTHER = "another.special@example.net"


def mailed_link(site: WebSite, page: str, what: str) -> str:
    assert site.client.post(f"{page}/data", data={"what": what}).status_code == 303
    return path_in(site.last_mail(), "/d/" if what == "export" else "/e/")


def reader(site: WebSite) -> Subscriber:
    found = site.store.subscribers.find(ADDRESS)
    assert found is not None
    return found


def test_the_file_has_everything(site: WebSite) -> None:
    page = site.become_reader(ADDRESS, keywords="注意力")
    site.store.papers.save_announcement([make_paper(1)], [])
    site.client.post(f"/f/{site.office.links.vote_token(reader(site))}/more/2611.00001")
    link = mailed_link(site, page, "export")
    assert heading(site.client.get(link)) == "Your data"
    answer = site.client.post(link)
    assert answer.headers["content-type"] == "application/json"
    assert "attachment" in answer.headers["content-disposition"]
    data = json.loads(answer.content)
    assert data["address"] == ADDRESS
    assert data["preferences"]["keywords"] == ["注意力"]
    assert [entry["act"] for entry in data["consents"]] == ["requested", "confirmed"]
    assert data["consents"][0]["page"] == "/subscribe"
    assert "Subscribe" in data["consents"][0]["wording"]
    assert [(vote["paper"], vote["vote"]) for vote in data["feedback"]] == [("2611.00001", 1)]


@contextmanager
def logging_to(stream: TextIO) -> Iterator[None]:
    configure("debug", "json", stream)
    yield
    structlog.reset_defaults()


def traces(folder: Path, word: bytes) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and word in path.read_bytes().lower()
    ]


def mails_to(folder: Path, address: str) -> list[str]:
    return [path.name for path in folder.rglob("*.eml") if read_mail(path)["To"] == address]


def test_who_is_erased_leaves_no_trace(site: WebSite, tmp_path: Path) -> None:
    with (tmp_path / "log.jsonl").open("w") as log, logging_to(log):
        page = site.become_reader(ADDRESS, keywords="rare keyword")
        site.client.post(f"{page}/move", data={"address": OTHER})
        site.send_mails()
        link = mailed_link(site, page, "erase")
        assert heading(site.client.get(link)) == "Delete everything?"
        reader_id = reader(site).id
        assert heading(site.client.post(link)) == "It is deleted"
    assert mails_to(tmp_path, ADDRESS) == []
    # The other mailbox was asked whether it agrees to be written to: that mail is its own.
    (asked,) = mails_to(tmp_path, OTHER)
    for word in (b"special", b"rare keyword"):
        assert set(traces(tmp_path, word)) <= {asked}
    assert traces(tmp_path, ADDRESS.encode()) == []
    assert "notice.settled" in (tmp_path / "log.jsonl").read_text()
    assert site.store.subscribers.get(reader_id) is None
    suppression = site.store.suppressions.find(ADDRESS)
    assert suppression is not None
    assert (suppression.reason, suppression.state_before) == (SuppressionReason.ERASED, None)
    acts = [entry.act.value for entry in site.store.readers.consents(reader_id)]
    assert acts == ["requested", "confirmed", "erased"]
    assert {entry.evidence.network for entry in site.store.readers.consents(reader_id)} == {""}


def test_the_mails_of_others_stay(site: WebSite) -> None:
    site.become_reader("somebody.else@example.org")
    before = len(site.mails())
    page = site.become_reader(ADDRESS)
    site.client.post(mailed_link(site, page, "erase"))
    assert len(site.mails()) == before == 2


def test_who_has_left_may_still_take_their_data_and_be_forgotten(site: WebSite) -> None:
    page = site.become_reader(ADDRESS)
    site.client.post(site.office.links.unsubscribe(reader(site)))
    shown = site.client.get(page).text
    assert "This subscription has ended." in shown
    assert "Mail me a link to delete it" in shown
    export = site.client.post(mailed_link(site, page, "export"))
    assert json.loads(export.content)["state"] == "unsubscribed"
    assert heading(site.client.post(mailed_link(site, page, "erase"))) == "It is deleted"
    assert site.store.subscribers.find(ADDRESS) is None


def test_no_mail_goes_to_the_suppressed_for_their_data_either(site: WebSite) -> None:
    page = site.become_reader(ADDRESS)
    site.store.suppressions.suppress(ADDRESS, SuppressionReason.COMPLAINT, now=site.clock.now)
    assert "Mail me a link" not in site.client.get(page).text
    assert site.client.post(f"{page}/data", data={"what": "erase"}).status_code == 409
    assert site.send_mails() == 0


def test_every_link_of_an_erased_reader_leads_nowhere(site: WebSite) -> None:
    page = site.become_reader(ADDRESS)
    link = mailed_link(site, page, "erase")
    site.client.post(link)
    assert site.client.post(link).status_code == 404
    assert site.client.get(page).status_code == 404


@pytest.mark.parametrize("what", ["export", "erase"])
def test_the_links_are_good_for_one_hour(site: WebSite, what: str) -> None:
    page = site.become_reader(ADDRESS)
    link = mailed_link(site, page, what)
    site.clock.move(minutes=61)
    assert site.client.get(link).status_code == 410
    assert site.client.post(link).status_code == 410
    assert reader(site).address == ADDRESS


@pytest.mark.parametrize(
    ("language", "kept"),
    [("en", "What stays is a keyed hash of your address"), ("zh-Hans", "带密钥散列值")],
)
def test_after_erasure_the_pages_say_what_stays_and_promise_nothing_else(
    site: WebSite, language: str, kept: str
) -> None:
    page = site.become_reader(ADDRESS, language=language)
    leaving = site.office.links.unsubscribe(reader(site))
    erased = site.client.post(mailed_link(site, page, "erase")).text
    assert kept in erased
    shown = site.client.get(leaving)
    assert heading(shown) == "You get no mail from us"
    assert "Subscribe again" not in shown.text


def test_who_has_left_is_offered_to_subscribe_again(site: WebSite) -> None:
    site.become_reader(ADDRESS)
    leaving = site.office.links.unsubscribe(reader(site))
    site.client.post(leaving)
    assert "Subscribe again" in site.client.get(leaving).text


def test_only_a_mailed_link_will_do(site: WebSite) -> None:
    page = site.become_reader(ADDRESS)
    token = page.removeprefix("/p/")
    for room in ("d", "e"):
        assert site.client.post(f"/{room}/{token}").status_code == 404
    assert reader(site).address == ADDRESS
