"""The feeds are read back by a feed reader, whatever the papers are called."""

import html
import re
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.render.clean import one_line
from newsletter.render.export import ExportFormat, export
from tests.factories import DAY, make_paper
from tests.unit.render.house_issue import NASTY_TITLES, make_house, nasty_papers

FEEDS = (ExportFormat.ATOM, ExportFormat.RSS)
ATOM = "{http://www.w3.org/2005/Atom}"
LATER = DAY.replace(day=23)
pytestmark = pytest.mark.parametrize("form", FEEDS)


def read(form: ExportFormat, *papers: Any, **fields: Any) -> Any:
    feed = feedparser.parse(export(form, make_house(*papers, **fields)).encode())
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def titles(text: str) -> list[str]:
    """The entries' titles as an XML parser gives them."""
    root = etree.fromstring(text.encode())
    found = root.iter(f"{ATOM}entry", "item")
    return [entry.findtext(f"{ATOM}title") or entry.findtext("title") or "" for entry in found]


def test_the_feed_says_what_it_is_and_where(form: ExportFormat) -> None:
    feed = read(form, make_paper()).feed
    assert feed.title == "arXiv Digest"
    links = {link["rel"]: link["href"] for link in feed.links}
    assert links["alternate"] == "https://papers.example.org/"
    assert links["self"] == f"https://papers.example.org/feed/{form.value}.xml"
    assert feed.language == "en"


def test_titles_come_back_as_they_are(form: ExportFormat) -> None:
    text = export(form, make_house(*nasty_papers()))
    assert titles(text) == list(NASTY_TITLES)


def test_markup_in_a_title_is_never_markup_in_the_feed(form: ExportFormat) -> None:
    for entry, title in zip(read(form, *nasty_papers()).entries, NASTY_TITLES, strict=True):
        assert entry.title == title
        assert "<script" not in entry.summary


def test_the_abstract_stands_in_paragraphs(form: ExportFormat) -> None:
    paper = make_paper(abstract="If a < b & c.\n\nThen {{ d }}.")
    summary = read(form, paper).entries[0].summary
    paragraphs = re.findall(r"<p>(.*?)</p>", summary)
    assert [html.unescape(each) for each in paragraphs[:2]] == ["If a < b & c.", "Then {{ d }}."]
    assert "score 5.1" in paragraphs[2]


def test_ids_are_those_of_the_version_and_never_change(form: ExportFormat) -> None:
    paper = make_paper(version=3)
    (first,) = read(form, paper).entries
    *_, again = read(form, make_paper(2), paper, title="Another").entries
    assert first.id == again.id == "tag:papers.example.org,2026:arXiv.org:2611.00001v3"
    assert first.link == "https://arxiv.org/abs/2611.00001"


def test_dates_are_the_announcements(form: ExportFormat) -> None:
    (entry,) = read(form, make_paper(issue_on=LATER)).entries
    assert entry.published_parsed[:4] == (2026, 11, 20, 5)
    feed = read(form, make_paper(issue_on=LATER)).feed
    assert feed.updated_parsed[:4] == (2026, 11, 23, 5)


def test_every_author_is_an_author(form: ExportFormat) -> None:
    text = export(form, make_house(make_paper(authors=("Ágata Szőllősy", "B & C"))))
    root = etree.fromstring(text.encode())
    path = f".//{ATOM}entry/{ATOM}author/{ATOM}name"
    names = root.findall(path) or root.findall(".//{http://purl.org/dc/elements/1.1/}creator")
    assert [name.text for name in names] == ["Ágata Szőllősy", "B & C"]


def test_a_crowd_of_authors_is_bounded(form: ExportFormat) -> None:
    text = export(form, make_house(make_paper(authors=tuple(f"A{n}" for n in range(3303)))))
    assert "and 3203 more" in text
    assert "A100<" not in text


def test_categories_are_terms(form: ExportFormat) -> None:
    (entry,) = read(form, make_paper()).entries
    assert [tag.term for tag in entry.tags] == ["cs.LG", "cs.DC"]


def test_code_is_linked_only_when_it_is_a_plain_https_link(form: ExportFormat) -> None:
    good = make_paper(code_url="https://github.com/invented/it")
    bad = make_paper(2, code_url='https://x.example/"onclick="alert(1)')
    first, second = read(form, good, bad).entries
    assert 'href="https://github.com/invented/it"' in first.summary
    assert "<a" not in second.summary


def test_no_paper_is_an_empty_feed_with_a_date(form: ExportFormat) -> None:
    feed = read(form)
    assert feed.entries == []
    assert feed.feed.updated_parsed[:3] == (2026, 11, 20)


def test_the_same_issue_gives_the_same_bytes(form: ExportFormat) -> None:
    assert export(form, make_house(*nasty_papers())) == export(form, make_house(*nasty_papers()))


@given(text=st.text(st.characters(blacklist_categories=())))
def test_any_text_makes_well_formed_xml(form: ExportFormat, text: str) -> None:
    paper = make_paper(title=text, abstract=text, authors=(text,), acceptance=text, comment=text)
    assert titles(export(form, make_house(paper))) == [one_line(text)]
