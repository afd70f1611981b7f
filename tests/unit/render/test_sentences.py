"""The first sentences of an abstract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.columns import columns
from newsletter.render.sentences import lead, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One here. Two here.", 2),
        ("Models, e.g. GPT-4, are large. They cost.", 2),
        ("Smith et al. show this. We differ.", 2),
        ("As in Fig. 3 and Eq. 2, it holds. Done.", 2),
        ("It gains 3.5 points at p = 0.05. Good.", 2),
        ("By J. K. Rowling. Next one.", 2),
        ("Is it so? Yes! Really.", 3),
        ("She said “yes.” Then more.", 2),
        ("我们提出新方法。它更快。", 2),
        ("这是“真的”。第二句！第三句？", 3),
        ("No end here", 1),
        ("v2.0 of foo.bar works. Yes.", 2),
        ("We use data, models, etc. Results follow.", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


@given(st.text(alphabet='ab. 。!?A1("', max_size=200))
def test_no_character_is_lost(text: str) -> None:
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")


def test_a_lead_takes_whole_sentences_up_to_its_limit() -> None:
    first, second = f"{'First ' * 12}ends.", f"{'Second ' * 12}ends."
    assert lead([f"{first} {second} Third."], count=2, limit=400) == f"{first} {second}"
    assert lead([f"{first} {second}"], count=2, limit=100) == first


def test_a_paragraph_ends_a_sentence_and_a_short_beginning_takes_one_more() -> None:
    assert lead(["A heading", "Then a text."], count=1, limit=100) == "A heading Then a text."
    assert lead(["短句。", "另一句。"], count=1, limit=100) == "短句。另一句。"


@given(st.lists(st.text()), st.integers(1, 3), st.integers(10, 90))
def test_a_lead_is_never_wider_than_its_limit(texts: list[str], count: int, limit: int) -> None:
    assert columns(lead(texts, count=count, limit=limit)) <= limit
