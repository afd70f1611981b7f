"""Markdown from outside becomes safe HTML that looks as it was meant."""

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from newsletter.render.markdown import markdown_html
from tests.unit.summaries.recorded import long_summaries

LEFT_OVER = re.compile(
    r"\\[A-Za-z]{2,}|\$[^$\d\s][^$\n]{0,60}\$|</?(?:div|span|ul|ol|li|sub|sup|br|p)\b|&[a-z]+;"
)
"""TeX and HTML that a reader would see."""


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("效率**（见图）**提升", "<p>效率<strong>（见图）</strong>提升</p>"),
        ("**“引号”**后面", "<p><strong>“引号”</strong>后面</p>"),
        ("**加粗：**后续", "<p><strong>加粗：</strong>后续</p>"),
        ("使用**FP8**训练", "<p>使用<strong>FP8</strong>训练</p>"),
        ("達成**95%**の精度", "<p>達成<strong>95%</strong>の精度</p>"),
        ("a **b** *c* __d__", "<p>a <strong>b</strong> <em>c</em> <strong>d</strong></p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("a ** b", "<p>a  b</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ],
)
def test_emphasis_is_right_beside_cjk_too(source: str, shown: str) -> None:
    assert markdown_html(source) == shown + "\n"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("$L^3$ layers", "L³ layers"), ("$$O(n^2)$$", "O(n²)"), (r"\(\alpha\)", "α"),
        ("costs $5 and $10", "costs $5 and $10"), ("$x_1*y_2*z$", "x₁*y₂*z"),
        (r"`$\beta$`", "β"), ("`$HOME`", "<code>$HOME</code>"),
        (r"\textbf{bold} words stand here", "bold words stand here"),
    ],
)  # fmt: skip
def test_tex_is_resolved_first(source: str, shown: str) -> None:
    assert markdown_html(source) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](javascript:alert(1))",
        "[x](javascript:alert(1))", "[x](data:text/html,x)", "<iframe src=//x>",
        "<style>*{}</style>",
        "[x](http://plain.example)", "<a href='https://x' onclick=y>z</a>", "<svg/onload=x>",
    ],
)  # fmt: skip
def test_nothing_unsafe_comes_through(source: str) -> None:
    tree = lxml_html.fromstring(f"<div>{markdown_html(source)}</div>")
    assert {element.tag for element in tree.iter()} <= {"div", "p", "a"}
    for anchor in tree.iter("a"):
        assert anchor.get("href") is None


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("H<sub>2</sub>O and x<sup>2</sup>", "H₂O and x²"),
        ("<div align='center'>Fast</div>", "Fast"),
        ("<ul><li>one</li><li>two</li></ul>", "• one • two"),
        ("`<div>` is a box", "<div> is a box"),
    ],
)
def test_harmless_tags_become_what_they_mean(source: str, shown: str) -> None:
    text = lxml_html.fromstring(f"<div>{markdown_html(source)}</div>").text_content()
    assert " ".join(text.split()) == shown


def test_links_are_https_and_lend_no_weight() -> None:
    html = markdown_html("[here](https://arxiv.org/abs/2611.01234)")
    assert 'href="https://arxiv.org/abs/2611.01234"' in html
    assert 'rel="nofollow noopener noreferrer"' in html


def test_images_become_their_descriptions() -> None:
    assert markdown_html("![A curve](https://x.example/c.png) rises") == "<p>A curve rises</p>\n"


def test_headings_begin_where_the_page_wants_them() -> None:
    assert "<h3>A</h3>" in markdown_html("# A\n## B", first_heading=3)
    assert "<h4>B</h4>" in markdown_html("# A\n## B", first_heading=3)
    assert "<h2>A</h2>" in markdown_html("### A")
    assert "<h6>D</h6>" in markdown_html("# A\n###### D", first_heading=4)


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", [["a", "b"], ["1", "2"]]),
        ("Text\n| a | b |\n|--|:-:|\n| 1 | 2 |\nMore", [["a", "b"], ["1", "2"]]),
        ("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |", [["a", "b"], ["1", ""], ["1", "2 3"]]),
        ("| n | |D|（数） |\n|---|---|\n| x | 1 |", [["n", "|D|（数）"], ["x", "1"]]),
        ("| a |\n|---|\n| 1 |\n\n| 2 |", [["a"], ["1"], ["2"]]),
        ("| a | b |\n|---|---|\n| $P(x|y)$ | 1<br>2 |", [["a", "b"], ["P(x∣y)", "1 2"]]),
    ],
)
def test_tables_are_put_right(source: str, rows: list[list[str]]) -> None:
    tree = lxml_html.fromstring(f"<div>{markdown_html(source)}</div>")
    found = [[cell.text_content() for cell in row] for row in tree.xpath(".//tr")]
    assert found == rows
    assert len(tree.xpath(".//table")) == 1


def test_rows_without_a_table_become_lines() -> None:
    assert markdown_html("| a | b |") == "<p>a · b</p>\n"


def test_code_is_not_touched() -> None:
    html = markdown_html("```\n| a | **b** |\n$x^2$\n```")
    assert "| a | **b** |\n$x^2$" in html


@given(st.text(max_size=300) | st.text("|-*_`$#\n \\<>[]()!ab中（", max_size=120))
def test_whatever_comes_the_html_is_well_formed(source: str) -> None:
    html = markdown_html(source)
    html5lib.HTMLParser(strict=True).parseFragment(html.replace("\r", ""))
    assert "<script" not in html


@pytest.mark.data
def test_every_recorded_summary_renders_clean(shared_data: Path) -> None:
    summaries = long_summaries(shared_data)
    assert len(summaries) >= 250
    for paper_id, markdown in summaries:
        tree = lxml_html.fromstring(f"<div>{markdown_html(markdown)}</div>")
        allowed = {"script", "img", "iframe", "style", "svg", "form"}
        assert not allowed & {element.tag for element in tree.iter()}, paper_id
        for code in tree.xpath(".//code | .//pre"):
            code.drop_tree()
        text = tree.text_content()
        assert "**" not in text, paper_id
        assert not LEFT_OVER.findall(text), paper_id
        for table in tree.xpath(".//table"):
            widths = {len(row.xpath("./td | ./th")) for row in table.xpath(".//tr")}
            assert len(widths) == 1, paper_id
