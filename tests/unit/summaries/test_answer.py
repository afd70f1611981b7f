"""What models write, read as far as it can be."""

import json
from typing import Any

import pytest

from newsletter.errors import SummaryRefusedError
from newsletter.model import ResultTable, SummaryText
from newsletter.summaries.answer import read_answer
from tests.unit.summaries.values import HEADINGS

ANSWER: dict[str, Any] = {
    "tldr": "Arbor is fast.",
    "contributions": ["It is new."],
    "method": ["It sorts."],
    "results": ["It is 3x faster."],
    "limitations": [],
    "table": {"columns": ["A", "B"], "rows": [["x", "1"]]},
    "key_terms": ["Arbor"],
    "sections": {"contributions": "Much.", "methods": "", "results": "- a", "conclusions": "End."},
}


def read(raw: Any = None, **parts: Any) -> SummaryText:
    text = raw if isinstance(raw, str) else json.dumps(ANSWER | parts)
    return read_answer(text, headings=HEADINGS)


def test_a_good_answer_is_read_whole() -> None:
    text = read()
    assert text.tldr == "Arbor is fast."
    assert text.table == ResultTable(columns=("A", "B"), rows=(("x", "1"),))
    parts = ["## Contributions", "Much.", "## Results", "- a", "## Conclusions", "End."]
    assert text.markdown == "\n\n".join(parts)


@pytest.mark.parametrize(
    "around",
    [
        "{}", "```json\n{}\n```", "Sure! Here it is:\n{}\nAnything else?",
        "<think>Let me {{see}}.</think>\n{}", "\ufeff {}", "{{}} {}",
    ],
)  # fmt: skip
def test_prose_fences_and_thoughts_around_it_do_not_matter(around: str) -> None:
    raw = around.replace("{{see}}", "{see}").replace("{{}}", "")
    assert read(raw.replace("{}", json.dumps(ANSWER))) == read()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty"), ("   ", "empty"), ("I cannot do that.", "not JSON"), ("[1, 2]", "not JSON"),
        (json.dumps(ANSWER)[:60], "cut short"), ("x" * 70_000, "more than 60000"),
        ('{"summary": "x"}', "tldr"), ('{"tldr": {"a": 1}}', "tldr"), ("{" * 5_000, "cut short"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_its_reason(raw: str, why: str) -> None:
    with pytest.raises(SummaryRefusedError, match=why):
        read(raw)


def test_numbers_texts_and_nulls_are_taken_for_what_they_mean() -> None:
    text = read(tldr=42, contributions="One thing.", method=None, results=[3.5, "x"], table=None)
    assert text.tldr == "42"
    assert text.contributions == ("One thing.",)
    assert text.method == ()
    assert text.results == ("3.5", "x")


def test_texts_are_plain_unicode_on_one_line() -> None:
    text = read(tldr="**Arbor** uses\n`blocks` of $L^3$ and\tcosts\x00 $O(n^2)$.")
    assert text.tldr == "Arbor uses blocks of L³ and costs O(n²)."


def test_too_much_is_cut_and_links_are_left_out() -> None:
    text = read(
        contributions=["a", "b", "c", "d"],
        results=["Code is at https://github.com/a/b.", "It is fast."],
        limitations=["None mentioned", "N/A", "无", "It is slow on audio."],
        table={"columns": ["a", "b", "c", "d"], "rows": [["1", "2", "3", "4"]] * 9},
    )
    assert text.contributions == ("a", "b", "c")
    assert text.results == ("It is fast.",)
    assert text.limitations == ("It is slow on audio.",)
    assert text.table == ResultTable(columns=("a", "b", "c"), rows=(("1", "2", "3"),) * 6)


@pytest.mark.parametrize(
    "table",
    [
        {"columns": ["a", "b"], "rows": [["1"]]}, {"columns": [], "rows": [["1"]]},
        {"columns": ["a"], "rows": []}, {},
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_left_out(table: dict[str, Any]) -> None:
    assert read(table=table).table is None


def test_without_sections_the_points_make_the_long_form() -> None:
    assert "- It sorts." in read(sections=None).markdown


def test_headings_inside_sections_become_bold() -> None:
    sections = ANSWER["sections"] | {"contributions": "# Title\n\nText\n### More ###\n- a"}
    markdown = read(sections=sections).markdown
    assert markdown.startswith("## Contributions\n\n**Title**")
    assert markdown.count("## ") == 3
