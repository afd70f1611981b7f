"""Header text in any language, in words that any program reads."""

from email.header import decode_header, make_header

from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.encoded_words import encoded_words

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(TEXT)
def test_words_are_short_whole_and_say_the_text(text: str) -> None:
    words = encoded_words(text)
    assert "".join(str(make_header(decode_header(word))) for word in words) == text
    assert all(len(word) <= 75 for word in words)


def test_a_character_is_never_cut_in_two() -> None:
    one, other = encoded_words("x" * 44 + "é")
    assert str(make_header(decode_header(one))) == "x" * 44
    assert str(make_header(decode_header(other))) == "é"


def test_no_text_is_no_word() -> None:
    assert encoded_words("") == ()
