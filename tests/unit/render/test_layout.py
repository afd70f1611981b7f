"""How a digest that is too large becomes smaller."""

import re

from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.layout import MAX_CARDS, RICH_CARDS, layouts
from newsletter.render.mail import MAX_HTML_BYTES, DigestRenderer
from tests.unit.render.mails import LINKS, make_digest, make_papers, make_reasons


@given(st.integers(0, 60))
def test_layouts_start_with_five_rich_cards_and_shrink_from_the_end(entries: int) -> None:
    found = list(layouts(entries))
    assert found[0].cards == min(entries, MAX_CARDS)
    assert found[0].rich == min(entries, RICH_CARDS)
    assert found[-1].cards == 0
    sizes = [(one.cards, one.rich) for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(one.rich == 0 for one in found if one.cards < found[0].cards)


def test_twenty_five_cards_and_the_rest_on_the_web(renderer: DigestRenderer) -> None:
    html = renderer.html(make_digest(make_papers(40), omitted=3), links=LINKS)
    assert html.count('class="paper"') == MAX_CARDS
    assert "18 more on the web" in html


def test_a_large_digest_loses_rich_cards_first_and_stays_whole(renderer: DigestRenderer) -> None:
    crowded = "e\u0301\u0302" * 500
    papers = make_papers(25, title=crowded, abstract=crowded)
    told = make_reasons(*(f"{crowded}{number}" for number in range(9)))
    html = renderer.html(make_digest(papers, reasons=told), links=LINKS)
    shown = html.count('class="paper"')
    assert len(html.encode()) <= MAX_HTML_BYTES
    assert "font-size:18px" not in html
    assert 5 < shown < 25
    assert f"{25 - shown} more on the web" in html
    assert len(re.findall(r'<tr class="paper".*?</td></tr>', html, re.DOTALL)) == shown


def test_a_normal_digest_is_not_demoted(renderer: DigestRenderer) -> None:
    html = renderer.html(make_digest(make_papers(15)), links=LINKS)
    assert html.count("font-size:18px") == RICH_CARDS
    assert "on the web" not in html
