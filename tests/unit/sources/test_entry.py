"""An entry becomes a paper, or is refused with a reason."""

from dataclasses import replace
from datetime import date

import pytest

from newsletter.model import AnnounceType
from newsletter.sources.entry import BadEntryError, RawEntry, make_paper

ON = date(2026, 11, 20)
ENTRY = RawEntry(
    identifier="oai:arXiv.org:2611.00001v2",
    title="L$^3$:\n  Large Lookup",
    abstract="One $x^2$\nline.\n  Second: 50% of https://github.com/a/b.",
    authors=r"M\'elissa Tamine (Lab, X), Ada Example",
    categories=("cs.AI", "cs.LG"),
    announce_type=AnnounceType.NEW,
    comment="Accepted at ICML 2026\n",
)


def test_a_paper_has_both_forms_of_its_text_and_what_its_notes_say() -> None:
    paper = make_paper(ENTRY, category="cs.LG", on=ON)
    assert (paper.id, paper.version, paper.announced_on, paper.issue_on) == (
        "2611.00001",
        2,
        ON,
        ON,
    )
    assert paper.title == "L³: Large Lookup"
    assert paper.title_tex == "L$^3$: Large Lookup"
    assert paper.abstract == "One x² line.\n\nSecond: 50% of https://github.com/a/b."
    assert paper.abstract_tex == "One $x^2$ line.\n\nSecond: 50% of https://github.com/a/b."
    assert paper.authors == ("Mélissa Tamine", "Ada Example")
    assert paper.comment == "Accepted at ICML 2026"
    assert paper.acceptance == "ICML 2026"
    assert paper.code_url == "https://github.com/a/b"


def test_new_in_a_category_makes_it_the_primary() -> None:
    assert make_paper(ENTRY, category="cs.LG", on=ON).categories == ("cs.LG", "cs.AI")
    crossed = replace(ENTRY, announce_type=AnnounceType.CROSS)
    assert make_paper(crossed, category="cs.LG", on=ON).categories == ("cs.AI", "cs.LG")


def test_title_zero_is_a_title() -> None:
    assert make_paper(replace(ENTRY, title="0"), category="cs.CR", on=ON).title == "0"


@pytest.mark.parametrize("title", ["", " \n\t", "\x00\x1b", "x" * 2001])
def test_what_is_no_title_is_refused(title: str) -> None:
    with pytest.raises(BadEntryError, match="title"):
        make_paper(replace(ENTRY, title=title), category="cs.LG", on=ON)


def test_what_is_no_identifier_is_refused() -> None:
    with pytest.raises(BadEntryError, match="not an arXiv identifier"):
        make_paper(replace(ENTRY, identifier="abc"), category="cs.LG", on=ON)


def test_sizes_are_bounded() -> None:
    huge = replace(ENTRY, abstract="word " * 100_000, comment="c" * 100_000)
    paper = make_paper(huge, category="cs.LG", on=ON)
    assert len(paper.abstract) <= 20_000
    assert len(paper.comment or "") <= 2_000


def test_awkward_characters_come_through_and_control_characters_do_not() -> None:
    title = "中文 > 3x & <b> {{ x }} שלום 🚀\x00\x9b"
    paper = make_paper(replace(ENTRY, title=title), category="cs.LG", on=ON)
    assert paper.title == "中文 > 3x & <b> {{ x }} שלום 🚀"


def test_3303_authors_are_kept_in_order() -> None:
    authors = ", ".join(f"A. Author{number}" for number in range(3303))
    paper = make_paper(replace(ENTRY, authors=authors), category="cs.LG", on=ON)
    assert len(paper.authors) == 3303
    assert paper.authors[-1] == "A. Author3302"
