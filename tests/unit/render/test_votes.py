"""Links for voting: two on each rich card, one elsewhere, none where nobody may vote."""

from dataclasses import replace

import pytest

from newsletter.errors import RenderError
from newsletter.render.layout import MAX_CARDS, RICH_CARDS
from newsletter.render.lint import lint
from newsletter.render.mail import DigestRenderer
from tests.factories import make_paper
from tests.unit.render.mails import IDENTITY, LINKS, make_digest

RENDERER = DigestRenderer(IDENTITY)
PAPERS = tuple(
    make_paper(number, code_url="https://github.com/example/code") for number in range(1, 51)
)


def test_every_card_has_its_links_and_the_fullest_digest_keeps_the_rules() -> None:
    message = RENDERER.render(make_digest(PAPERS), delivery_id="d", links=LINKS)
    assert message.html.count(f'href="{LINKS.votes}/more/') == RICH_CARDS
    assert message.html.count(f'href="{LINKS.votes}/less/') == RICH_CARDS
    assert message.html.count(f'href="{LINKS.votes}/rate/') == MAX_CARDS - RICH_CARDS
    assert f'href="{LINKS.votes}/more/{PAPERS[0].id}"' in message.html
    for paper in PAPERS[:MAX_CARDS]:
        assert f"\nMore or less like this?\n{LINKS.votes}/rate/{paper.id}\n" in message.text
    assert [*lint(message)] == []


def test_without_a_link_for_voting_there_is_none() -> None:
    links = replace(LINKS, votes="")
    message = RENDERER.render(make_digest(PAPERS), delivery_id="d", links=links)
    assert "/more/" not in message.html
    assert "More like this" not in message.html
    assert "like this" not in message.text
    assert "/rate/" not in message.text


def test_where_votes_lead_must_be_a_plain_link() -> None:
    with pytest.raises(RenderError, match="votes"):
        replace(LINKS, votes='javascript:"')
