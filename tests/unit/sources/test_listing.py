"""Listing pages state their day and their counts, and are held to them."""

from datetime import date

import pytest

from newsletter.errors import MalformedAnnouncementError
from newsletter.model import Announcement, AnnounceType
from newsletter.sources.arxiv_listing import parse_listing
from newsletter.sources.http import Page

ON = date(2026, 8, 12)
HEAD = "<h3>Showing new listings for Wednesday, 12 August 2026</h3>"
LINKED = '<a href="https://github.com/a/b">this https URL</a>'


def entry(paper_id: str = "2608.00001", *, primary: str = "cs.AI", extra: str = "") -> str:
    return (
        f'<dt><a href ="/abs/{paper_id}" title="Abstract">arXiv:{paper_id}</a></dt>'
        "<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:"
        f"</span>\n A $x^2$ title\n</div>{extra}<div class='list-subjects'><span class="
        f"'descriptor'>Subjects:</span><span class='primary-subject'>Name ({primary})</span>;"
        " Other (math.OC)</div><p class='mathjax'>One.<br>Two.</p></div></dd>"
    )


def section(title: str, *entries: str, shown: int | None = None, stated: int | None = None) -> str:
    count = len(entries) if shown is None else shown
    heading = f"{title} (showing {count} of {stated or count} entries)"
    return f"<h3>{heading}</h3>{''.join(entries)}"


def read(html: str, *, status: int = 200) -> Announcement:
    page = Page(url="http://127.0.0.1/list", status=status, body=html.encode())
    return parse_listing(page, category="cs.AI", on=ON)


@pytest.mark.parametrize(
    ("title", "primary", "kind"),
    [
        ("New submissions", "cs.AI", AnnounceType.NEW),
        ("Cross submissions", "cs.LG", AnnounceType.CROSS),
        ("Cross-lists", "cs.LG", AnnounceType.CROSS),
        ("Replacement submissions", "cs.AI", AnnounceType.REPLACE),
        ("Replacements", "cs.LG", AnnounceType.REPLACE_CROSS),
    ],
)
def test_sections_give_the_type(title: str, primary: str, kind: AnnounceType) -> None:
    (paper,) = read(HEAD + section(title, entry(primary=primary))).papers
    assert paper.announce_type is kind
    assert paper.categories == (primary, "math.OC")
    assert paper.version == (2 if kind in {AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS} else 1)


def test_fields_are_taken_without_their_descriptors() -> None:
    comment = (
        "<div class='list-comments'><span class='descriptor'>Comments:</span>"
        f" Accepted at ICML 2026. Code at {LINKED}</div>"
        "<div class='list-journal-ref'><span class='descriptor'>Journal-ref:</span> J. 1</div>"
    )
    (paper,) = read(HEAD + section("New submissions", entry(extra=comment))).papers
    assert paper.title == "A x² title"
    assert paper.abstract == "One.\n\nTwo."
    assert paper.comment == "Accepted at ICML 2026. Code at https://github.com/a/b"
    assert (paper.acceptance, paper.code_url) == ("ICML 2026", "https://github.com/a/b")
    assert paper.journal_ref == "J. 1"


def test_the_stated_day_stands_not_the_one_asked_for() -> None:
    found = read(HEAD.replace("12 August", "11 August") + section("New submissions", entry()))
    assert (found.on, found.stated_on) == (ON, date(2026, 8, 11))
    assert found.papers[0].announced_on == date(2026, 8, 11)


def test_fewer_entries_than_stated_is_a_broken_page() -> None:
    with pytest.raises(MalformedAnnouncementError, match="shows 3 entries, but 1 were found"):
        read(HEAD + section("New submissions", entry(), shown=3))


def test_a_page_of_a_longer_listing_says_so() -> None:
    found = read(HEAD + section("New submissions", entry(), stated=1200))
    assert (len(found.papers), found.stated_count) == (1, 1200)


def test_a_day_without_entries_is_one() -> None:
    found = read(HEAD + "<p>No updates today.</p>")
    assert (found.papers, found.stated_count, found.stated_on) == ((), 0, ON)


def test_a_bad_entry_is_set_aside_and_counted() -> None:
    bad = "<dt>[2] nothing here</dt><dd><div class='list-title'>T</div></dd>"
    found = read(HEAD + section("New submissions", entry(), bad, entry("2608.00003")))
    assert [paper.id for paper in found.papers] == ["2608.00001", "2608.00003"]
    assert found.set_aside[0].entry == "[2] nothing here"


@pytest.mark.parametrize(
    "html",
    [
        "<h3>Showing new listings for Wednesday</h3>",
        "<h3>Showing new listings for Wednesday, 42 August 2026</h3>",
        "<p>Checking your browser</p>",
    ],
)
def test_a_page_without_its_day_is_no_listing(html: str) -> None:
    with pytest.raises(MalformedAnnouncementError, match="does not state its day"):
        read(html)


def test_an_unknown_category_is_an_error() -> None:
    with pytest.raises(MalformedAnnouncementError, match="HTTP 404"):
        read("<html></html>", status=404)
