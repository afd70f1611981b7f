"""Voting from a mail: a page with a button, a way back, nothing by looking."""

import pytest

from subscribers.feedback import Vote
from tests.factories import make_paper, make_subscriber
from tests.web_site import WebSite, heading

OLD_ID = "hep-th/9901001"


@pytest.fixture
def base(site: WebSite) -> str:
    site.store.subscribers.add(make_subscriber())
    site.store.papers.save_announcement([make_paper(1), make_paper(2, id=OLD_ID)], [])
    return f"/f/{site.office.links.vote_token(make_subscriber())}"


def votes(site: WebSite) -> dict[str, Vote]:
    return {
        v.paper_id: v.vote for v in site.store.feedback.of_reader(make_subscriber().id, limit=9)
    }


@pytest.mark.parametrize("paper", ["2611.00001", OLD_ID])
@pytest.mark.parametrize(("word", "vote"), [("more", Vote.MORE), ("less", Vote.LESS)])
def test_the_button_votes_and_the_link_does_not(
    site: WebSite, base: str, paper: str, word: str, vote: Vote
) -> None:
    path = f"{base}/{word}/{paper}"
    assert heading(site.client.get(path)) == "More or less like this?"
    assert votes(site) == {}
    assert site.client.post(path).status_code == 200
    assert site.client.post(path).status_code == 200
    assert votes(site) == {paper: vote}


def test_a_vote_can_be_changed_and_taken_back(site: WebSite, base: str) -> None:
    site.client.post(f"{base}/more/{OLD_ID}")
    site.client.post(f"{base}/less/{OLD_ID}")
    assert votes(site) == {OLD_ID: Vote.LESS}
    for _ in range(2):
        assert heading(site.client.post(f"{base}/undo/{OLD_ID}")) == "Your vote is taken back"
    assert votes(site) == {}


@pytest.mark.parametrize(
    "rest", ["more/2611.99999", "more/x", "up/2611.00001", "more/", "more/..%2f"]
)
def test_what_is_no_paper_or_no_vote_is_not_found(site: WebSite, base: str, rest: str) -> None:
    assert site.client.get(f"{base}/{rest}").status_code == 404
    assert site.client.post(f"{base}/{rest}").status_code == 404


def test_to_ask_which_is_not_to_vote(site: WebSite, base: str) -> None:
    assert site.client.get(f"{base}/rate/2611.00001").status_code == 200
    assert site.client.post(f"{base}/rate/2611.00001").status_code == 404


def test_a_vote_by_somebody_who_is_gone_is_not_found(site: WebSite, base: str) -> None:
    site.store.subscribers.remove(make_subscriber().id)
    assert site.client.post(f"{base}/more/2611.00001").status_code == 404


def test_a_link_for_voting_opens_nothing_else(site: WebSite, base: str) -> None:
    token = base.removeprefix("/f/")
    for room in ("p", "u", "c", "d", "e", "m", "undo", "v"):
        assert site.client.get(f"/{room}/{token}").status_code == 404, room
    assert "/p/" not in site.client.get(f"{base}/more/{OLD_ID}").text
