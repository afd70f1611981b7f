"""Text from outside."""

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.clean import escape_text, has_right_to_left, one_line, web_link
from tests.unit.render.mails import NASTY


@given(st.text() | st.sampled_from(NASTY))
def test_one_line_has_no_control_characters_and_can_be_encoded(text: str) -> None:
    line = one_line(text)
    line.encode()
    assert not any(unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} for char in line)
    assert not set(line) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufffd")
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb", "a b"),
        ("a\u2028b", "a b"),
        ("a\x00b", "a b"),
        ("\u202eabc", "abc"),
        ("👩‍🔬", "👩‍🔬"),
    ],
)
def test_line_ends_become_blanks_and_joiners_stay(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text())
def test_escaping_is_undone_by_a_browser(text: str) -> None:
    shown = escape_text(text)
    assert not set(shown) & set("<>\"'{}@\\")
    assert html.unescape(shown) == text


def test_only_plain_https_links_stand_in_a_mail() -> None:
    assert web_link("https://github.com/a/b?x=1&y=2#z") == "https://github.com/a/b?x=1&y=2#z"
    for bad in ("http://a.org", "javascript:alert(1)", "https://a.org/ b", "https://u@a.org/",
                'https://a.org/"onclick=', "https://[bad", "https://a.org/" + "x" * 300, "", None,
                "https://localhost", "https://例え.org"):  # fmt: skip
        assert web_link(bad) is None


def test_right_to_left_letters_are_noticed() -> None:
    assert has_right_to_left("see שלום")
    assert not has_right_to_left("café 中文")
