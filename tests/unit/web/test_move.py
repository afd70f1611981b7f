"""Another address: both mailboxes agree, and the old links stop working."""

import pytest

from subscribers.model import Subscriber
from subscribers.suppression import SuppressionReason
from tests.factories import NOW, make_subscriber
from tests.web_site import WebSite, heading, path_in, paths_in

OLD, NEW = "reader@example.org", "new@example.net"


def reader(site: WebSite, address: str) -> Subscriber | None:
    return site.store.subscribers.find(address)


def ask(site: WebSite, page: str, address: str = NEW) -> dict[str, str]:
    """Ask for the move; return the path for each mailbox that was written to."""
    before = len(site.mails())
    assert site.client.post(f"{page}/move", data={"address": address}).status_code == 303
    site.send_mails()
    return {mail["To"]: path_in(mail, "/m/") for mail in site.mails()[before:]}


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_address_is_changed_when_both_have_agreed(
    site: WebSite, order: tuple[str, str]
) -> None:
    page = site.become_reader(OLD)
    links = ask(site, page)
    assert set(links) == {OLD, NEW}
    first, second = (links[each] for each in order)
    assert heading(site.client.get(first)) == "Change of address"
    assert heading(site.client.post(first)) == "Noted: one more to go"
    assert heading(site.client.get(first)) == "Noted: one more to go"
    assert reader(site, OLD) is not None
    assert heading(site.client.post(second)) == "The address is changed"
    moved = reader(site, NEW)
    assert moved is not None
    assert (moved.generation, reader(site, OLD)) == (2, None)
    acts = [entry.act.value for entry in site.store.readers.consents(moved.id)]
    assert acts == ["requested", "confirmed", "moved"]
    assert site.client.get(page).status_code == 404
    welcome = site.last_mail()
    assert welcome["To"] == NEW
    assert site.client.get(path_in(welcome, "/p/")).status_code == 200


def test_one_mailbox_alone_changes_nothing(site: WebSite) -> None:
    page = site.become_reader(OLD)
    links = ask(site, page)
    for _ in range(3):
        site.client.post(links[NEW])
    assert reader(site, NEW) is None


def test_the_new_mailbox_gets_no_power_over_the_subscription(site: WebSite) -> None:
    page = site.become_reader(OLD)
    ask(site, page)
    mail = next(mail for mail in site.mails() if mail["To"] == NEW)
    assert mail["List-Unsubscribe"] is None
    assert {path[:3] for path in paths_in(mail)} == {"/m/", "/i", "/he"}


def test_nobody_learns_whether_the_new_address_is_a_readers(site: WebSite) -> None:
    site.store.subscribers.add(make_subscriber(address=NEW))
    page = site.become_reader(OLD)
    assert set(ask(site, page)) == {OLD}


def test_suppressed_addresses_are_not_written_to(site: WebSite) -> None:
    site.store.suppressions.suppress(NEW, SuppressionReason.COMPLAINT, now=NOW)
    page = site.become_reader(OLD)
    assert set(ask(site, page)) == {OLD}


def test_an_address_that_was_taken_meanwhile_is_not_moved_to(site: WebSite) -> None:
    page = site.become_reader(OLD)
    links = ask(site, page)
    site.client.post(links[OLD])
    site.store.subscribers.add(make_subscriber(address=NEW))
    assert heading(site.client.post(links[NEW])) == "Nothing to agree to"
    assert reader(site, OLD) is not None


def test_a_second_wish_takes_the_place_of_the_first(site: WebSite) -> None:
    page = site.become_reader(OLD)
    first = ask(site, page)
    ask(site, page, "other@example.net")
    assert heading(site.client.get(first[NEW])) == "Nothing to agree to"


def test_the_links_are_good_for_three_days(site: WebSite) -> None:
    page = site.become_reader(OLD)
    links = ask(site, page)
    site.clock.move(hours=73)
    assert site.client.get(links[NEW]).status_code == 410


@pytest.mark.parametrize("address", ["", "x", OLD, OLD.upper(), "a@b", "a\r\nBcc: b@example.org"])
def test_a_wrong_address_is_an_error_beside_the_field(site: WebSite, address: str) -> None:
    page = site.become_reader(OLD)
    answer = site.client.post(f"{page}/move", data={"address": address})
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text
    assert site.send_mails() == 0
