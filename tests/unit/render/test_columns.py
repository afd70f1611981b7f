"""Width, cutting and wrapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.columns import columns, cut, hard_cut, wrap


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("中文", 4), ("é", 1), ("e\u0301", 1), ("a…b", 3), ("｡", 1), ("Ａ", 2), ("🚀", 2)],
)
def test_cjk_and_emoji_take_two_columns(text: str, width: int) -> None:
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 10, "short"),
        ("a long title about things", 12, "a long…"),
        ("exactly here and more", 8, "exactly…"),
        ("中文中文中文", 7, "中文中…"),
        ("Title: with a colon", 7, "Title…"),
        ("Wordwithoutblanks", 6, "Wordw…"),
    ],
)
def test_a_cut_falls_on_a_word_and_is_marked(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


@given(st.text(), st.integers(1, 60))
def test_a_cut_text_is_never_wider_than_asked(text: str, limit: int) -> None:
    assert columns(cut(text, limit)) <= limit
    assert columns(hard_cut(text, limit)) <= limit


@given(st.text(alphabet="ab 中文，é🚀-", max_size=300), st.integers(4, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, limit: int) -> None:
    lines = wrap(text, limit)
    assert all(columns(line) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_words_stay_whole_and_cjk_breaks_anywhere() -> None:
    assert wrap("whole words stay whole", 11) == ("whole words", "stay whole")
    assert wrap("中文可以在任何地方换行", 8) == ("中文可以", "在任何地", "方换行")


def test_marks_without_a_column_are_bounded() -> None:
    assert len(cut("e" + "\u0301" * 100_000, 10)) <= 30
