"""Summaries on the pages and in the feeds: whole, signed, in the reader's language."""

from dataclasses import replace
from typing import Any

import feedparser
import pytest
from starlette.testclient import TestClient

from newsletter.model import ResultTable, Summary, SummaryOrigin
from newsletter.stores.sqlite.store import SqliteStore
from tests.factories import make_paper
from tests.unit.summaries.values import make_key, make_summary, make_text

MARKDOWN = """## Contributions

It is **new**: $O(n)$ attention. <script>alert(1)</script> [here](javascript:alert(1))

## Results

| Set | Gain |
| --- | --- |
| LongBench | 12.5 |
"""
PAPER = make_paper(1, title="Sparse attention 1")
PAGE = f"/a/{PAPER.id}"


def summary_in(language: str, tldr: str, **fields: Any) -> Summary:
    key = replace(make_key(), paper_id=PAPER.id, version=PAPER.version, language=language)
    text = make_text(tldr=tldr, markdown=MARKDOWN)
    return replace(make_summary(text=text, **fields), key=key)


@pytest.fixture
def filled(store: SqliteStore) -> SqliteStore:
    """One paper that the house wants, with a summary in English."""
    store.papers.save_announcement([PAPER], [])
    store.summaries.save([summary_in("en", "The short of it.")])
    return store


def test_the_paper_page_has_the_whole_summary_and_says_who_wrote_it(
    filled: SqliteStore, client: TestClient
) -> None:
    page = client.get(PAGE).text
    assert "AI summary by fake" in page
    assert '<p class="lead" dir="auto">The short of it.</p>' in page
    assert "<h3>Contributions</h3>" in page
    assert "<strong>new</strong>" in page
    assert page.count('role="region" aria-label="Table of results"') == 1
    assert page.count("<table>") == page.count("</table></div>") == 1
    assert "&lt;/table" not in page
    assert "What is new" not in page


def test_nothing_of_a_summary_runs_or_leads_astray(filled: SqliteStore, client: TestClient) -> None:
    page = client.get(PAGE).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_chosen_sentences_are_shown_as_such(store: SqliteStore, client: TestClient) -> None:
    store.papers.save_announcement([PAPER], [])
    chosen = summary_in("en", "Chosen.", origin=SummaryOrigin.EXTRACTIVE)
    text = replace(chosen.text, markdown="", table=ResultTable(columns=("a",), rows=()))
    store.summaries.save([replace(chosen, text=text)])
    page = client.get(PAGE).text
    assert "sentences chosen from the abstract" in page
    assert "What is new" in page
    assert "<table>" not in page


def test_the_table_of_results_is_shown_where_the_long_form_has_none(
    store: SqliteStore, client: TestClient
) -> None:
    store.papers.save_announcement([PAPER], [])
    short = summary_in("en", "Short.")
    store.summaries.save([replace(short, text=replace(short.text, markdown="Plain."))])
    assert client.get(PAGE).text.count("<table>") == 1


def test_without_one_in_the_visitors_language_the_houses_is_shown(
    filled: SqliteStore, client: TestClient
) -> None:
    english = client.get(f"{PAGE}?lang=zh-Hans").text
    assert "The short of it." in english
    assert '<div lang="en">' in english


def test_a_chinese_visitor_reads_chinese(filled: SqliteStore, client: TestClient) -> None:
    filled.summaries.save([summary_in("zh-Hans", "长话短说。")])
    chinese = client.get(f"{PAGE}?lang=zh-Hans").text
    assert "长话短说。" in chinese
    assert "The short of it." not in chinese


@pytest.mark.parametrize("path", ["/", f"/i/{PAPER.issue_on}-daily"])
def test_cards_show_the_short_form_and_the_way_to_the_rest(
    filled: SqliteStore, client: TestClient, path: str
) -> None:
    page = client.get(path).text
    assert "The short of it." in page
    assert "AI summary by fake" in page
    assert f'<a href="{PAGE}">Read the full summary</a>' in page


@pytest.mark.parametrize("path", ["/feed/atom.xml", "/feed/rss.xml", "/feed/cs.LG.atom"])
def test_feeds_tell_the_short_form_and_who_wrote_it(
    filled: SqliteStore, client: TestClient, path: str
) -> None:
    (entry,) = feedparser.parse(client.get(path).content).entries
    assert "The short of it." in entry.summary
    assert "AI summary by fake" in entry.summary


def test_a_summary_that_comes_later_is_shown_when_the_page_is_made_again(
    store: SqliteStore, client: TestClient
) -> None:
    store.papers.save_announcement([PAPER], [])
    assert "The short of it." not in client.get(PAGE).text
    store.summaries.save([summary_in("en", "The short of it.")])
    assert "The short of it." in client.get(f"{PAGE}?lang=en").text
