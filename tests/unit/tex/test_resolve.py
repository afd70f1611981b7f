"""TeX in titles and abstracts becomes Unicode, and nothing else changes."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.tex.clean import fold_paragraphs, remove_control_characters
from newsletter.tex.resolve import to_unicode

FORMULAS = {
    r"L$^3$: Large Lookup Layers": "L³: Large Lookup Layers",
    r"GSBAK$^K$: $top$-$K$ Geometric Attack": "GSBAKᴷ: top-K Geometric Attack",
    r"Di$\mathtt{[M]}$O: Distilling Masked Models": "Di[M]O: Distilling Masked Models",
    r"MoS$_2$ and Cs$_3$V$_2$Te$_2$O": "MoS₂ and Cs₃V₂Te₂O",
    "Growth by $10^{-4}$ per day": "Growth by 10⁻⁴ per day",
    "The value $ x $ is small": "The value x is small",
    "The optimum $I_{opt}$ of all": "The optimum I_opt of all",
    r"In $\mathbb{R}^d$, $n \log n$ steps": "In ℝᵈ, n log n steps",
    r"A $2\times$ speedup, $5.7\%$ better": "A 2× speedup, 5.7% better",
    r"Of $\frac{a+b}{2}$ and $\sqrt{x}$": "Of (a+b)/2 and √x",
    r"Walls at $180^{\circ}$ and $180^\circ$": "Walls at 180° and 180°",
    r"The bound $e^{-x/2}$ holds": "The bound e^(-x/2) holds",
    r"Both \(x^2\) and \[y_1\] are here, too": "Both x² and y₁ are here, too",
    "Twice the $$x+y$$ we had": "Twice the x+y we had",
    "GF($2^m$) operations": "GF(2ᵐ) operations",
}
MACROS = {
    r"\textbf{50% faster} and \emph{$y^2$ smaller}": "50% faster and y² smaller",
    r"Smells in \llm-Generated Code": "Smells in llm-Generated Code",
    r"100\% of \$5 \& a\_b": "100% of $5 & a_b",
    r"Code: \url{https://a.example/x_y~z}": "Code: https://a.example/x_y~z",
    r"Code \href{https://a.example}{here}": "Code here (https://a.example)",
    r"See $\href{https://a.example}{our page}$ of it": "See our page (https://a.example) of it",
    r"A \textcolor{blue}{very blue} word stands here": "A very blue word stands here",
    r"Poincar\'e, R\"omer, {\o}rsted, S\o ren, \c{c}a": "Poincaré, Römer, ørsted, Søren, ça",
    r"{\bf Bold} and {BERT}": "Bold and BERT",
    r"one \\ two": "one two",
    "Fig.~3 and ``utility'' of Bose--Hubbard": "Fig. 3 and “utility” of Bose–Hubbard",
}
UNTOUCHED = [
    "0",
    "From $5 and $10 to $20",
    "It costs $35,000 in total",
    "10^-4 and a_b and x^2",
    "50% better, #1 & more; {a, b} {{ name }} {% if %} {{x}}",
    "See https://www.example.org/~gould/a_b%20c and ~10 more",
    "run --verbose -- now",
    "中文 > 3x, שלום, 🚀, a < b && c > d",
    "`code` [link](x) *star* _under_",
    "A lone $ sign",
    "two\n\nparagraphs",
    "it''s",
    "$",
    "\\",
]


@pytest.mark.parametrize(("tex", "expected"), (FORMULAS | MACROS).items())
def test_tex_becomes_unicode(tex: str, expected: str) -> None:
    assert to_unicode(tex) == expected


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_not_tex_stays(text: str) -> None:
    assert to_unicode(text).replace("–", "--") == text


@pytest.mark.parametrize(
    "text", [r"\frac{", r"$\frac$ of it", r"a $x{ b$ c", r"\begin{foo} x", "{" * 500, "$\\" * 200]
)
def test_broken_tex_does_no_harm(text: str) -> None:
    assert len(to_unicode(text)) * 2 >= len(text)


@pytest.mark.parametrize("part", ["{\\a ", "{", "\\a{", "\\'{", "\\textbf{", "$x", "``''", "\\("])
def test_hostile_text_of_full_size_comes_to_an_end(part: str) -> None:
    text = part * (20_000 // len(part))
    assert len(to_unicode(text)) * 2 >= len(text)


def test_money_before_a_formula_leaves_the_formula() -> None:
    assert to_unicode(r"We pay $4,000 per $x$ here") == "We pay $4,000 per x here"


def test_control_characters_are_removed_and_line_breaks_unified() -> None:
    assert to_unicode("a\x00b\x1b[31m\u202ec\r\nd\ufffd\x85e") == "ab[31mc\nd\ne"


@given(st.text(alphabet=st.sampled_from(list("ab1 $\\{}^_~%&'`-\n\"")), max_size=60))
def test_never_shorter_than_half(text: str) -> None:
    assert 2 * len(to_unicode(text)) >= len(remove_control_characters(text))


@given(st.text(alphabet=st.characters(exclude_characters="\\$~`'{}-", exclude_categories=["C"])))
def test_plain_text_is_returned_as_it_is(text: str) -> None:
    once = to_unicode(text)
    assert once == remove_control_characters(text)
    assert to_unicode(once) == once


def test_paragraphs_are_kept_and_lines_folded() -> None:
    raw = "One\nline.\n  Second one.\n\nThird\r\none.  "
    assert fold_paragraphs(raw) == "One line.\n\nSecond one.\n\nThird one."


@pytest.mark.data
def test_recorded_edge_cases_lose_their_tex(shared_data: Path) -> None:
    with gzip.open(shared_data / "papers/edge_cases.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    assert len(papers) == 300
    for paper in papers:
        title = to_unicode(paper["title"])
        assert 2 * len(title) >= len(paper["title"])
        assert 2 * len(to_unicode(paper["abstract"])) >= len(paper["abstract"])
        assert "$" not in title
        assert "\\" not in title
