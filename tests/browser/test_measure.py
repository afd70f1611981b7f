"""The browser's rules can fail: a good page passes, one broken in just that way is refused."""

import pytest
from playwright.sync_api import Browser

from tests.browser.measure import faults
from tests.unit.render.good_mail import HTML

pytestmark = pytest.mark.browser

GOOD = HTML.replace(
    '<img src="https://papers.example.org/a.png" alt="a diagram" width="300" height="120">', ""
).replace("color: #eeeeee !important", "color: #eeeeee !important; background: #111111 !important")
INK = '<p class="ink" dir="auto">'
BROKEN = {
    "a wide table": (INK, '<p class="ink" dir="auto" style="width:500px">', "scrolls sideways"),
    "a long word": (INK, INK + "x" * 90, "scrolls sideways"),
    "invisible text": ("color:#222222", "color:#fefefe", "contrast 1."),
    "pale text": (INK, '<p dir="auto" style="opacity:0.4">', "contrast"),
    "a text forgotten in the dark": (INK, '<p dir="auto">', "dark 700: contrast"),
    "a picture behind": (INK, '<p style="background:linear-gradient(red,red)">', "contrast 0"),
    "small print": (INK, '<p class="ink" style="font-size:11.5px">', "font of 11.5 px"),
    "tight lines": (INK, '<p class="ink" style="line-height:1.2">', "line of"),
    "a page without a container": ("max-width:600px", "max-width:650px", "no element"),
    "no dark mode": ("(prefers-color-scheme: dark)", "(prefers-color-scheme: light)", "not dark"),
    "an image from elsewhere": (INK, '<img src="https://a.example/a.png">' + INK, "the network"),
    "a text hidden inline": (INK, '<p class="ink more" style="display:none">', "is gone"),
    "a text pushed out": (INK, '<p class="ink" style="margin-left:-60px">', "reaches from"),
}


def test_the_good_mail_has_no_faults(chromium: Browser) -> None:
    assert faults(chromium, GOOD) == ()


@pytest.mark.parametrize(("old", "new", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_a_page_broken_in_one_way_is_refused(
    chromium: Browser, old: str, new: str, fault: str
) -> None:
    assert old in GOOD
    broken = GOOD.replace(old, new).replace(
        "</style>", ".more { display: block !important }</style>"
    )
    found = faults(chromium, broken)
    assert any(fault in told for told in found), found
