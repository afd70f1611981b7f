"""Feeds, RSS and Atom, with what is wrong in them."""

from datetime import date

import pytest

from newsletter.errors import MalformedAnnouncementError, SourceUnavailableError
from newsletter.model import Announcement, AnnounceType
from newsletter.sources.arxiv_feed import parse_feed
from newsletter.sources.feed_size import MAX_FEED_ENTRIES
from newsletter.sources.http import Page
from newsletter.sources.judging import why_cut
from tests.servers.fake_arxiv_days import Record
from tests.servers.fake_arxiv_pages import feed_xml

ON = date(2026, 11, 19)


def record(number: int, kind: str = "new", **fields: object) -> Record:
    values: dict[str, object] = {
        "id": f"2611.{number:05d}",
        "title": f"Paper {number}",
        "abstract": "It is.",
        "authors": "Ada Example",
        "categories": ("cs.LG",),
        "types": (("cs.LG", kind),),
    }
    return Record(**(values | fields))  # type: ignore[arg-type]  # fields by name


def read(body: bytes, *, status: int = 200) -> Announcement:
    page = Page(url="http://127.0.0.1/rss/cs.LG", status=status, body=body)
    return parse_feed(page, category="cs.LG", on=ON)


@pytest.mark.parametrize("kind", list(AnnounceType))
def test_all_four_types_are_read(kind: AnnounceType) -> None:
    (paper,) = read(feed_xml("cs.LG", [record(1, kind.value)])).papers
    assert paper.announce_type is kind


def test_one_bad_entry_is_set_aside_and_named() -> None:
    bad = [
        record(2, title=" "),
        record(3, "no-such-type"),
        record(4, id="nonsense"),
        record(5, version=0),
    ]
    found = read(feed_xml("cs.LG", [record(1), *bad, record(6)]))
    assert [paper.id for paper in found.papers] == ["2611.00001", "2611.00006"]
    assert [(one.entry, one.why.split("'")[0]) for one in found.set_aside] == [
        ("oai:arXiv.org:2611.00002v1", "it has no title"),
        ("oai:arXiv.org:2611.00003v1", "its announce type is "),
        ("oai:arXiv.org:nonsensev1", ""),
        ("oai:arXiv.org:2611.00005v0", ""),
    ]


def test_text_comes_through_as_it_was_written() -> None:
    title = "a <b> & c < d {{ x }} <script>alert(1)</script> &amp; 中文 > 3x"
    (paper,) = read(feed_xml("cs.LG", [record(1, title=title, abstract="p<0.05 & x")])).papers
    assert paper.title == title
    assert paper.abstract == "p<0.05 & x"


def test_affiliations_and_addresses_in_names_are_dropped() -> None:
    authors = "F. Chinesta (PIMM, CNRS@CREATE LTD. Singapore), B (b@x.example), C. Last"
    (paper,) = read(feed_xml("cs.LG", [record(1, authors=authors)])).papers
    assert paper.authors == ("F. Chinesta", "B", "C. Last")


def test_old_ids_and_withdrawn_papers_are_papers() -> None:
    found = read(feed_xml("cs.LG", [record(1, "replace", id="hep-th/9901001", version=7)]))
    assert found.papers[0].versioned_id == "hep-th/9901001v7"


def test_an_error_feed_is_an_error_whatever_its_status() -> None:
    body = feed_xml("Feed error for query: cs.XX;", [])
    for status in (200, 400):
        with pytest.raises(MalformedAnnouncementError, match="is an error"):
            read(body, status=status)


def test_another_status_is_no_answer() -> None:
    with pytest.raises(SourceUnavailableError, match="HTTP 403"):
        read(b"", status=403)


def test_an_empty_feed_has_no_papers() -> None:
    assert read(feed_xml("cs.LG", [])).papers == ()


def test_a_feed_that_is_full_to_the_brim_is_told() -> None:
    entries = [record(number, "replace") for number in range(MAX_FEED_ENTRIES - 1)]
    assert why_cut(read(feed_xml("cs.LG", entries))) is None
    over = why_cut(read(feed_xml("cs.LG", [*entries, record(99_999)])))
    assert over is not None
    assert "over-full" in over
