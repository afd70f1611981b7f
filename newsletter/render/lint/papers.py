"""Every paper: its link, its rank, its score, and their order."""

import re
from collections.abc import Iterator
from itertools import pairwise

from newsletter.render.lint.finding import Finding, Rule
from newsletter.render.lint.page import Card, Page

_RANK = re.compile(r"\d+")
_SCORE = re.compile(r"[-−]?\d+(?:[.,]\d+)?")


def check_papers(page: Page) -> Iterator[Finding]:
    """Check the cards one by one, then their order."""
    for place, card in enumerate(page.cards, start=1):
        yield from _check_card(card, place)
    inside = sum(link.paper_id is not None for card in page.cards for link in card.links)
    if inside != sum(link.paper_id is not None for link in page.links):
        yield Finding(rule=Rule.PAPER_CARD, detail="a link to a paper stands in no card, or in two")
    ids = [card.paper_id for card in page.cards if card.paper_id]
    if len(ids) != len(set(ids)):
        yield Finding(rule=Rule.PAPER_CARD, detail="a paper has two cards")
    yield from _check_order(page)


def _check_card(card: Card, place: int) -> Iterator[Finding]:
    if card.paper_id is None:
        yield Finding(rule=Rule.PAPER_CARD, detail=f"card {place} has no link to its abstract page")
    if card.rank is None or not _RANK.search(card.rank):
        yield Finding(rule=Rule.PAPER_CARD, detail=f"card {place} has no rank")
    elif int(_RANK.findall(card.rank)[0]) != place:
        yield Finding(rule=Rule.PAPER_ORDER, detail=f"card {place} says another rank")
    if score_of(card) is None:
        yield Finding(rule=Rule.PAPER_CARD, detail=f"card {place} has no score")


def _check_order(page: Page) -> Iterator[Finding]:
    keys = [(card.is_pinned, score) for card in page.cards if (score := score_of(card)) is not None]
    for place, (above, below) in enumerate(pairwise(keys), start=2):
        if below > above:
            yield Finding(
                rule=Rule.PAPER_ORDER, detail=f"card {place} belongs above the one before it"
            )


def score_of(card: Card) -> float | None:
    """Return the score a card shows; the last number in it, a label may stand before."""
    numbers = _SCORE.findall(card.score or "")
    return float(numbers[-1].replace("−", "-").replace(",", ".")) if numbers else None
