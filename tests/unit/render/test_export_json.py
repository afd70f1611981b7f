"""The JSON of an issue has just the fields that other programs rely on."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.export import ExportFormat, export
from tests.factories import make_paper
from tests.unit.render.house_issue import NASTY_TITLES, make_house, nasty_papers


def read(*papers: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(export(ExportFormat.JSON, make_house(*papers)))
    return document


def test_the_document_states_the_issue_and_its_completeness() -> None:
    document = read(make_paper())
    assert list(document) == ["issue", "announced_on", "announced", "matched", "batches", "papers"]
    assert document["issue"] == "2026-11-20-daily"
    assert document["announced_on"] == "2026-11-20"
    assert (document["announced"], document["matched"]) == (8, 3)
    assert [batch["state"] for batch in document["batches"]] == ["fresh", "failed"]
    assert document["batches"][0]["source"] == "feed"
    assert document["batches"][0]["set_aside"] == [{"entry": "2611.9002X", "why": "no id"}]


def test_a_paper_has_exactly_these_fields() -> None:
    (paper,) = read(make_paper(version=2))["papers"]
    assert list(paper) == [
        "rank", "id", "version", "title", "authors", "category", "announced_on",
        "announce_type", "score", "reasons",
    ]  # fmt: skip
    assert paper["id"] == "2611.00001"
    assert paper["version"] == 2
    assert paper["category"] == "cs.LG"
    assert paper["authors"] == ["Ada Example", "Ben Beispiel"]
    assert paper["announce_type"] == "new"


def test_scores_keep_their_full_precision() -> None:
    (paper,) = read(make_paper())["papers"]
    assert paper["score"] == 5.123456789012345
    assert paper["reasons"][0] == {"kind": "title_keyword", "term": "KV cache", "value": 3.0}


def test_nasty_titles_come_back_unchanged() -> None:
    papers = read(*nasty_papers())["papers"]
    assert tuple(paper["title"] for paper in papers) == NASTY_TITLES
    assert [paper["rank"] for paper in papers] == list(range(1, len(NASTY_TITLES) + 1))


def test_no_category_is_null() -> None:
    assert read(make_paper(categories=()))["papers"][0]["category"] is None


@given(st.text(st.characters(blacklist_categories=())))
def test_any_title_can_be_written_and_read(title: str) -> None:
    """Unpaired surrogates, which no file can hold, become question marks."""
    text = export(ExportFormat.JSON, make_house(make_paper(title=title)))
    shown = json.loads(text.encode())["papers"][0]["title"]
    assert shown == title.encode("utf-8", "replace").decode()
