"""What a card shows of a summary, and that the rules of mails hold with any."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from benchmarks.render_whole import WholeMail
from newsletter.model import Digest, Message, ResultTable, Summary, SummaryOrigin, SummaryText
from newsletter.render.composition import compositions
from newsletter.render.document import html_document
from newsletter.render.environment import template_dir
from newsletter.render.export import ExportFormat, export
from newsletter.render.labels import load_labels
from newsletter.render.lint import lint
from newsletter.render.mail import DigestRenderer
from newsletter.render.summary_view import SummaryView, summary_view
from tests.unit.render.house_issue import make_house
from tests.unit.render.mails import LINKS, make_digest, make_papers, texts
from tests.unit.summaries.recorded import recorded
from tests.unit.summaries.values import make_key, make_summary, make_text

LABELS = load_labels(template_dir() / "email" / "labels")
summary_texts = st.builds(
    SummaryText,
    tldr=texts,
    contributions=st.lists(texts, max_size=3).map(tuple),
    method=st.lists(texts, max_size=3).map(tuple),
    results=st.lists(texts, max_size=3).map(tuple),
    table=st.none() | st.builds(
        ResultTable,
        columns=st.lists(texts, min_size=1, max_size=4).map(tuple),
        rows=st.lists(st.lists(texts, max_size=4).map(tuple), max_size=7).map(tuple),
    ),
    markdown=texts,
)  # fmt: skip


def with_summaries(digest: Digest, made: Sequence[Summary | None]) -> Digest:
    pairs = zip(digest.entries, made, strict=True)
    return replace(digest, entries=tuple(replace(one, summary=told) for one, told in pairs))


def told(language: str = "en", **fields: Any) -> SummaryView:
    return summary_view(make_summary(1, **fields), LABELS[language])


def mail(renderer: DigestRenderer, count: int = 8, **fields: Any) -> Message:
    digest = make_digest(make_papers(count), **fields)
    made = [make_summary(number) for number in range(count)]
    return renderer.render(with_summaries(digest, made), delivery_id="d" * 24, links=LINKS)


def test_a_rich_card_shows_tldr_points_table_button_and_origin(renderer: DigestRenderer) -> None:
    html = mail(renderer).html
    summary = make_summary(0)
    assert summary.text.tldr in html
    for point in (*summary.text.contributions, *summary.text.method, *summary.text.results):
        assert point in html
    assert '<th scope="col"' in html
    assert html.count(">Read the full summary<") == 5
    assert "https://papers.example.org/a/2611.00001" in html
    assert html.count("AI summary by fake") == 8


def test_compact_cards_have_one_sentence(renderer: DigestRenderer) -> None:
    html = mail(renderer, 6).html
    assert make_text(5).tldr in html
    assert make_text(5).method[0] not in html


def test_the_text_part_has_the_tldr_and_its_origin(renderer: DigestRenderer) -> None:
    text = " ".join(mail(renderer).text.split())
    assert make_text(7).tldr in text
    assert text.count("summary by fake") == 8


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("count", [1, 8, 25])
def test_the_rules_of_mails_hold(renderer: DigestRenderer, language: str, count: int) -> None:
    made = mail(renderer, count, language=language)
    assert [each for each in lint(made) if not each.is_blemish] == []
    assert made.html_bytes <= 90_000


def test_an_extract_says_so_and_has_no_button() -> None:
    shown = told(origin=SummaryOrigin.EXTRACTIVE)
    assert shown.origin == "sentences chosen from the abstract"
    assert not shown.has_page
    assert told("zh-Hans", origin=SummaryOrigin.EXTRACTIVE).origin == "摘录自论文摘要"


def test_three_points_come_from_as_many_kinds_as_there_are() -> None:
    many = ("One.", "Two.", "Three.")
    kinds = [p.kind for p in told(text=make_text(1, contributions=many, method=many)).points]
    assert kinds == ["New:", "How:", "Result:"]
    only = told(text=make_text(1, contributions=many, method=(), results=()))
    assert [point.text for point in only.points] == list(many)
    two = told(text=make_text(1, contributions=many, method=(), results=many))
    assert [point.kind for point in two.points] == ["New:", "New:", "Result:"]


def test_a_table_is_cut_to_what_a_phone_shows() -> None:
    wide = ResultTable(columns=("a", "b", "c", "d"), rows=(("1",), ("x" * 90, "2", "3", "4")) * 5)
    shown = told(text=make_text(1, table=wide))
    assert shown.columns == ("a", "b", "c")
    assert len(shown.rows) == 6
    assert shown.rows[0] == ("1", "", "")
    assert len(shown.rows[1][0]) == 40


def test_without_a_tldr_there_is_no_summary() -> None:
    assert told(text=make_text(1, tldr="\x00 ")) == SummaryView()
    assert summary_view(None, LABELS["en"]) == SummaryView()


def test_a_card_is_made_again_when_its_summary_changes(renderer: DigestRenderer) -> None:
    cards = renderer.frame("en").cards
    (paper,) = make_papers(1)
    first = cards.card(paper, make_summary(1))
    assert cards.card(paper, make_summary(1)) is first
    other = cards.card(paper, make_summary(1, text=make_text(2)))
    assert other.text != first.text
    assert cards.card(paper).text not in {first.text, other.text}


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(summary_texts, min_size=1, max_size=6), st.sampled_from(["en", "zh-CN"]))
def test_any_text_is_escaped_and_joined_is_as_whole(
    renderer: DigestRenderer, made: list[SummaryText], language: str
) -> None:
    summaries = [make_summary(number, text=text) for number, text in enumerate(made)]
    digest = with_summaries(make_digest(make_papers(len(made)), language=language), summaries)
    frame = renderer.frame(language)
    composition = next(compositions(digest, frame, links=LINKS))
    whole = WholeMail.of(renderer, language)
    html = html_document(composition).html
    assert html == whole.by_jinja(composition)
    assert "<script" not in html
    for left in ("{{ secret", "{% raw", "@@rank@@", "\x02", "\x03"):
        assert left not in html


@pytest.mark.data
def test_recorded_answers_make_good_mails(renderer: DigestRenderer, shared_data: Path) -> None:
    rows = [row for row in recorded(shared_data)[0] if row.why == "ok"]
    for start in range(0, len(rows), 25):
        batch = rows[start : start + 25]
        digest = make_digest([row.paper for row in batch], language="zh-Hans")
        made = [
            make_summary(text=row.text, key={"paper_id": row.paper.id, "language": "zh-Hans"})
            for row in batch
        ]
        message = renderer.render(
            with_summaries(digest, made), delivery_id="d" * 24, links=LINKS
        )  # fmt: skip
        assert [each for each in lint(message) if not each.is_blemish] == []
        assert message.html_bytes <= 90_000
        shown = lxml_html.fromstring(message.html).text_content()
        assert not re.findall(r"\*\*|\\[A-Za-z]{2,}|\$[^$\d\s][^$\n]{0,60}\$", shown)


def test_exports_and_feeds_tell_of_the_summary() -> None:
    house = make_house(*make_papers(2))
    entries = tuple(
        replace(entry, summary=make_summary(number)) for number, entry in enumerate(house.entries)
    )
    house = replace(house, entries=entries)
    tldr = make_text(0).tldr
    markdown = export(ExportFormat.MARKDOWN, house)
    assert "<details><summary>Summary (AI summary by fake" in markdown
    assert "<strong>ModelA</strong>" in markdown
    assert f'"tldr": "{tldr}"' in export(ExportFormat.JSON, house)
    for form in (ExportFormat.ATOM, ExportFormat.RSS):
        assert tldr in export(form, house)
    assert make_key().language == "en"
