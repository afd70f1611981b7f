"""All checks of one answer: each can refuse, and a good answer passes all."""

from typing import Any

import pytest

from newsletter.model import ResultTable
from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.checks.judge import what_is_wrong
from tests.unit.summaries.values import TOPICS, make_text, make_topic_paper, source_of

PAPERS = [make_topic_paper(number) for number in range(len(TOPICS))]
CONTRAST = Contrast(PAPERS)


def judged(number: int = 0, *, language: str = "en", **fields: Any) -> str:
    return what_is_wrong(
        make_text(number, **fields), source_of(PAPERS[0]), language=language, contrast=CONTRAST
    )


def test_a_good_answer_is_kept() -> None:
    assert judged() == ""


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tldr": "Short."}, "TL;DR has 6"),
        ({"tldr": "word " * 100}, "TL;DR has 500"),
        ({"results": ("One.", "Two.", "Three.", "Four.")}, "4 results"),
        ({"method": ("x" * 601,)}, "more than 600"),
        ({"contributions": (), "method": (), "results": ()}, "nothing but"),
        ({"method": (make_text().tldr,)}, "same twice"),
        ({"table": ResultTable(columns=("a", "b", "c", "d"), rows=())}, "too large"),
        ({"table": ResultTable(columns=("a", "b"), rows=(("1",),))}, "ragged"),
        ({"table": ResultTable(columns=("a",), rows=(("x" * 81,),))}, "cell"),
        ({"table": ResultTable(columns=("Gain",), rows=(("99.9%",),))}, "99.9"),
        ({"results": ("It wins by 98.765 points.",)}, "98.765"),
        ({"contributions": ("Error",)}, "placeholder"),
        ({"markdown": "<think>Hm"}, "thinking"),
        ({"markdown": "提出了一种新的方法，显著优于所有的基线方法。"}, "long summary is not in"),
        ({"contributions": ("I highly recommend this paper.",)}, "recommends"),
        ({"markdown": "Everyone should read this paper now."}, "recommends"),
    ],
)
def test_a_bad_answer_is_refused_with_its_reason(fields: dict[str, Any], why: str) -> None:
    assert why in judged(**fields)


def test_another_language_and_another_paper_are_refused() -> None:
    assert "language" in judged(language="zh-Hans")
    tldr = "ModelC is a method for protein folding with graph networks on CASP."
    assert PAPERS[2].id in judged(2, table=None, results=(), tldr=tldr)


def test_cells_that_say_nothing_are_no_placeholders() -> None:
    table = ResultTable(columns=("Method", ""), rows=(("ModelA", "–"),))
    assert judged(table=table) == ""
