"""The stricter checks can fail: each finds what it is made to find."""

import pytest

from tests.mail_rules import as_outlook, broken_markup, broken_styles
from tests.unit.render.good_mail import HTML

BROKEN_MARKUP = {
    "a cell outside of a row": ("</table>", "<td>x</td></table>"),
    "a block in a table": ("<table role", "<table><div></div></table><table role"),
    "an unclosed element": ("</h1>", "</h2>"),
    "a bare ampersand that names a character": ("Leave", "&copy"),
    "a duplicate attribute": ("<h1 ", '<h1 class="a" '),
    "no doctype": ("<!doctype html>", ""),
    "a control character by its number": ("Leave", "&#x1b;"),
}


def test_the_good_mail_parses_without_error() -> None:
    assert broken_markup(HTML) == ()
    assert broken_styles(HTML) == ()


@pytest.mark.parametrize(("old", "new"), BROKEN_MARKUP.values(), ids=BROKEN_MARKUP.keys())
def test_broken_markup_is_found(old: str, new: str) -> None:
    assert broken_markup(HTML.replace(old, new))


def test_what_only_outlook_reads_is_parsed_too() -> None:
    broken = HTML.replace("<h1 ", "<!--[if mso]><table><tr><![endif]--><h1 ")
    assert all(error.startswith("Outlook: ") for error in broken_markup(broken))
    assert broken_markup(broken)


def test_outlooks_view_opens_its_own_comments_and_drops_the_others() -> None:
    source = "<!--[if mso | IE]><b>1</b><![endif]--><!--[if !mso]><!--><i>2</i><!--<![endif]-->3"
    assert as_outlook(source) == "<b>1</b>3"


@pytest.mark.parametrize(
    "broken", ["a { color } ", "a { : red }", "a { color: red } }", ".a { color: red; b }"]
)
def test_broken_style_sheets_are_found(broken: str) -> None:
    assert broken_styles(f"<style>{broken}</style>")


def test_broken_inline_styles_are_found() -> None:
    assert broken_styles('<p style="color:red;width">')


def test_references_in_inline_styles_are_read() -> None:
    assert broken_styles('<p style="font-family:&quot;A&quot;, &#39;B&#39;">') == ()
