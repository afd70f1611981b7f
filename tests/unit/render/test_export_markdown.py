"""The Markdown carries all that a reader of the page needs, and shows titles as they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.render.clean import one_line
from newsletter.render.export import ExportFormat, export
from newsletter.render.readme_text import cut_at_word, markdown_text
from subscribers.interests import Keyword
from tests.factories import make_interests, make_paper
from tests.unit.render.house_issue import NASTY_TITLES, make_house, nasty_papers

ENTRY = re.compile(r"^### (\d+)\. \[(.*)\]\((https://arxiv\.org/abs/\S+)\)$", re.MULTILINE)


def shown(markdown: str) -> str:
    """What a reader sees of one line of Markdown."""
    return "".join(map(_text, MarkdownIt("commonmark").enable("table").parse(markdown)))


def _text(token: Token) -> str:
    inner = "".join(map(_text, token.children or ()))
    return inner or (token.content if token.type in {"text", "html_inline", "code_inline"} else "")


def write(*titles: str) -> str:
    papers = [make_paper(number, title=title) for number, title in enumerate(titles, start=1)]
    return export(ExportFormat.MARKDOWN, make_house(*papers))


def test_statistics_say_when_how_many_and_of_what() -> None:
    text = write("One", "Two")
    assert "- **Last Updated**: 2026-11-20 06:05:04 UTC" in text
    assert "- **Announced On**: 2026-11-20\n" in text
    assert "- **Total Papers Found**: 2\n" in text
    assert "- **Papers Considered**: 9 announced, 4 matched\n" in text
    assert "- **Categories Monitored**: cs.LG" in text


def test_completeness_is_told_per_category() -> None:
    text = write("One")
    assert "| cs.LG | 2026-11-20 | fresh | 12 | 11 | feed | set aside: 2611.9002X |" in text
    assert r"| cs.AI | 2026-11-20 | failed | – | 0 | – | time-out \| no \*answer\* |" in text


def test_an_entry_carries_its_facts() -> None:
    paper = make_paper(
        version=2,
        acceptance="NeurIPS 2026",
        code_url="https://github.com/invented/it",
        comment="This paper has been withdrawn",
    )
    text = export(ExportFormat.MARKDOWN, make_house(paper))
    for line in (
        "### 1. [A study of sparse attention, part 1](https://arxiv.org/abs/2611.00001)",
        "**Authors**: Ada Example, Ben Beispiel  ",
        "**Category**: cs.LG (also cs.DC)  ",
        "**Published**: 2026-11-20  ",
        "**Score**: 5.1  ",
        "**Type**: new (withdrawn)  ",
        "**arXiv ID**: 2611.00001v2  ",
        r"**Matched**: KV cache (in the title), all\*reduce, in cs.LG, muted: benchmark  ",
        "**Accepted**: NeurIPS 2026  ",
        "**Code**: <https://github.com/invented/it>",
        "#### Abstract",
        "We study sparse attention. It is faster by 3x.",
    ):
        assert f"\n{line}\n" in text


def test_the_configuration_is_told() -> None:
    interests = make_interests("KV cache", exclude=("survey",), authors=("A_B",), max_papers=30)
    text = export(ExportFormat.MARKDOWN, make_house(interests=interests))
    assert "- **Categories**: cs.LG (Machine Learning)\n" in text
    assert "- **Keywords**: KV cache\n- **Excluded words**: survey\n" in text
    assert "- **Authors who come first**: A\\_B\n" in text
    assert "- **Announce types**: new, cross\n" in text
    assert "- **At most**: 30 papers" in text
    assert "## How to use" in text


def test_no_paper_is_said() -> None:
    assert "\n\nNo paper matched.\n\n" in export(ExportFormat.MARKDOWN, make_house())


def test_titles_are_escaped_and_read_back_by_hand() -> None:
    text = export(ExportFormat.MARKDOWN, make_house(*nasty_papers()))
    found = ENTRY.findall(text)
    assert [int(rank) for rank, _, _ in found] == list(range(1, len(NASTY_TITLES) + 1))
    unescaped = [re.sub(r"\\(.)", r"\1", title) for _, title, _ in found]
    assert unescaped == list(NASTY_TITLES)
    assert "{{" not in text
    assert "{%" not in text


def test_a_markdown_reader_sees_the_titles_and_one_link_each() -> None:
    tokens = MarkdownIt("commonmark").parse(
        export(ExportFormat.MARKDOWN, make_house(*nasty_papers()))
    )
    headings = [
        tokens[at + 1].children or []
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h3"
    ][1:]
    assert ["".join(map(_text, each)).split(". ", 1)[1] for each in headings] == list(NASTY_TITLES)
    assert {sum(child.type == "link_open" for child in each) for each in headings} == {1}


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_is_shown_unchanged(text: str) -> None:
    assert shown(markdown_text(text)) == one_line(text)


@given(st.text(max_size=900))
def test_a_cut_abstract_is_a_beginning_of_at_most_300_characters(text: str) -> None:
    cut = cut_at_word(text, 300)
    assert len(cut) <= 300
    assert one_line(text).startswith(cut.removesuffix("…"))


def test_an_abstract_is_cut_at_a_word() -> None:
    assert cut_at_word("word " * 100, 300).endswith("word…")
    assert cut_at_word("word", 300) == "word"


def test_a_crowd_of_authors_is_counted() -> None:
    paper = make_paper(authors=tuple(f"A{n}" for n in range(312)))
    assert "A29 and 282 more  \n" in export(ExportFormat.MARKDOWN, make_house(paper))


@pytest.mark.parametrize("weight", [0.5, -0.5])
def test_weights_other_than_one_are_shown(weight: float) -> None:
    interests = make_interests(keywords=(Keyword(phrase="agent", weight=weight),))
    house = make_house(interests=interests)
    assert f"agent ({weight:g})" in export(ExportFormat.MARKDOWN, house)
