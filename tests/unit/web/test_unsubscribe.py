"""Leaving: one click exactly as RFC 8058 has it, a page with a button, and the way back."""

import re
from collections.abc import Mapping

import pytest
from httpx2 import Response

from subscribers.model import Frequency, Subscriber, SubscriberState
from subscribers.suppression import SuppressionReason
from tests.factories import make_subscriber
from tests.web_site import WebSite, heading

BOUNDARY = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--'
)
BODIES: Mapping[str, tuple[bytes, str]] = {
    "urlencoded": (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    "multipart": (BOUNDARY, "multipart/form-data; boundary=b"),
    "empty": (b"", ""),
    "nonsense": (b"\xff\x00{", "application/json"),
}


def reader_in(site: WebSite, state: SubscriberState = SubscriberState.ACTIVE) -> Subscriber:
    reader = make_subscriber(state=state)
    site.store.subscribers.add(reader)
    return reader


def link(site: WebSite, reader: Subscriber) -> str:
    return site.office.links.unsubscribe(reader).removeprefix(site.office.links.base)


def state_of(site: WebSite, reader: Subscriber) -> SubscriberState:
    found = site.store.subscribers.get(reader.id)
    assert found is not None
    return found.state


def one_click(site: WebSite, path: str, body: str = "urlencoded") -> Response:
    content, kind = BODIES[body]
    headers = {"content-type": kind} if kind else {}
    return site.client.post(path, content=content, headers=headers)


@pytest.mark.parametrize("body", BODIES)
def test_one_click_leaves_at_once_without_redirect_or_cookie(site: WebSite, body: str) -> None:
    reader = reader_in(site)
    for _ in range(3):
        answer = one_click(site, link(site, reader), body)
        assert answer.status_code == 200
        assert {"location", "set-cookie"} & {name.lower() for name in answer.headers} == set()
        assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED
    log = site.store.readers.consents(reader.id)
    assert [entry.act.value for entry in log] == ["withdrawn"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://mail.example.com"},
        {"origin": "null", "referer": "https://mail.example.com/"},
    ],
)
def test_one_click_is_taken_from_any_mail_program(
    site: WebSite, headers: Mapping[str, str]
) -> None:
    reader = reader_in(site)
    assert site.client.post(link(site, reader), headers=dict(headers)).status_code == 200
    assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED


@pytest.mark.parametrize("state", SubscriberState)
def test_leaving_is_never_refused(site: WebSite, state: SubscriberState) -> None:
    reader = reader_in(site, state)
    assert one_click(site, link(site, reader)).status_code == 200
    assert state_of(site, reader) in (SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED)


def test_who_leaves_while_suppressed_is_not_brought_back_when_that_is_lifted(
    site: WebSite,
) -> None:
    reader = reader_in(site)
    site.store.suppressions.suppress(reader.address, SuppressionReason.BOUNCE, now=site.clock.now)
    assert one_click(site, link(site, reader)).status_code == 200
    site.store.suppressions.lift(reader.address)
    assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED


def test_an_erased_reader_gets_no_mail_and_is_told_so(site: WebSite) -> None:
    reader = reader_in(site)
    path = link(site, reader)
    site.store.subscribers.remove(reader.id)
    assert one_click(site, path).status_code == 200
    assert heading(site.client.get(path)) == "You get no mail from us"


def test_a_wrong_token_is_not_found(site: WebSite) -> None:
    reader = reader_in(site)
    path = link(site, reader)
    for wrong in (path[:-1], path[:-4] + "AAAA", "/u/x", path.replace("/u/", "/u/A")):
        assert one_click(site, wrong).status_code == 404
        assert site.client.get(wrong).status_code == 404
    assert state_of(site, reader) is SubscriberState.ACTIVE


def test_the_link_works_for_ever(site: WebSite) -> None:
    reader = reader_in(site)
    path = link(site, reader)
    site.clock.move(days=4000)
    assert one_click(site, path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(site: WebSite, method: str) -> None:
    reader = reader_in(site)
    assert site.client.request(method, link(site, reader)).status_code == 200
    assert site.store.subscribers.get(reader.id) == reader


def test_the_page_offers_one_mail_a_week_instead(site: WebSite) -> None:
    reader = reader_in(site)
    path = link(site, reader)
    page = site.client.get(path).text
    assert f'action="{path}"' in page
    assert f'action="{path}/weekly"' in page
    assert heading(site.client.post(f"{path}/weekly")) == "Once a week from now on"
    found = site.store.subscribers.get(reader.id)
    assert found is not None
    assert (found.state, found.cadence.frequency) == (SubscriberState.ACTIVE, Frequency.WEEKLY)
    assert "/weekly" not in site.client.get(path).text


def undo_path(answer: Response) -> str:
    found = re.search(r'action="(/undo/[\w-]+)"', answer.text)
    assert found is not None
    return found[1]


def test_leaving_can_be_undone_and_then_there_is_no_goodbye(site: WebSite) -> None:
    reader = reader_in(site)
    undo = undo_path(one_click(site, link(site, reader)))
    assert heading(site.client.get(undo)) == "Come back?"
    assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED
    for _ in range(2):
        assert heading(site.client.post(undo)) == "Welcome back"
    assert state_of(site, reader) is SubscriberState.ACTIVE
    assert site.send_mails() == 0


def test_undoing_is_over_after_an_hour_and_after_anything_else(site: WebSite) -> None:
    reader = reader_in(site)
    first = undo_path(one_click(site, link(site, reader)))
    site.client.post(first)
    undo_path(one_click(site, link(site, reader)))
    assert site.client.post(first).status_code == 409
    site.clock.move(minutes=61)
    assert site.client.post(first).status_code == 410
    assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED


def test_somebody_who_never_confirmed_cannot_undo_their_way_in(site: WebSite) -> None:
    reader = make_subscriber(state=SubscriberState.PENDING, confirmed_at=None)
    site.store.subscribers.add(reader)
    answer = one_click(site, link(site, reader))
    assert "/undo/" not in answer.text
    site.client.post(f"/undo/{site.office.links.undo_token(reader)}")
    assert state_of(site, reader) is SubscriberState.UNSUBSCRIBED


def test_one_last_mail_says_goodbye(site: WebSite) -> None:
    reader = reader_in(site)
    one_click(site, link(site, reader))
    one_click(site, link(site, reader))
    assert site.send_mails() == 1
    assert site.mails()[0]["Subject"] == "You have left arXiv Digest"
    assert site.mails()[0]["List-Unsubscribe"] is None
