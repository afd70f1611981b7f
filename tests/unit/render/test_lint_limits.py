"""The limits of the lint: what just keeps them passes, one more does not."""

from collections.abc import Callable

import pytest

from newsletter.model import Message
from newsletter.render.lint import Rule, lint
from tests.unit.render.good_mail import HEADERS, HTML, TEXT, UNSUBSCRIBE, make_message

INK = '<p class="ink" dir="auto"'
END = "</div></body>"
IMAGE = '<img src="https://a.example/" alt="a" width="9">'
LINK = f'<a href="{UNSUBSCRIBE}" style="color:#555555">Leave</a> '


def _html(old: str, new: str) -> Message:
    assert old in HTML
    return make_message(html=HTML.replace(old, new, 1))


def _size(size: int) -> Message:
    room = size - len(HTML.encode()) - 7
    return make_message(html=HTML.replace(END, f"<!--{'x' * room}-->{END}"))


def _sheet(size: int) -> Message:
    used = len(HTML.partition("<style>")[2].partition("</style>")[0])
    return _html("</style>", f"/*{'x' * (size - used - 4)}*/</style>")


def _share(percent: int) -> Message:
    return make_message(text=TEXT + "\n" * (len(HTML.encode()) * percent // 100 - len(TEXT) + 1))


def _thin(percent: int) -> Message:
    html = HTML.replace(
        END, f"<!--{'x' * (len(TEXT) * 100 // percent - len(HTML.encode()))}-->{END}"
    )
    return make_message(html=html)


def _headers(count: int) -> Message:
    more = tuple((f"X-{n}", "a") for n in range(count - len(HEADERS)))
    return make_message(headers=HEADERS + more)


def _line_height(height: float) -> Message:
    return _html(INK, f'{INK} style="line-height:{height}"')


def _preheader(columns: int) -> Message:
    return _html("Two papers of five matched; three minutes to read", "x" * columns)


LIMITS: list[tuple[Rule, Callable[[int], Message], int, int]] = [
    (Rule.HTML_SIZE, _size, 90_000, 90_001),
    (Rule.STYLE_SIZE, _sheet, 8_192, 8_193),
    (Rule.IMAGE, lambda n: _html(END, IMAGE * (n - 1) + END), 2, 3),
    (Rule.IMAGE, lambda n: _html('width="300"', f'width="{n}"'), 2, 1),
    (Rule.LINK_COUNT, lambda n: _html(END, LINK * (n - HTML.count("<a ")) + END), 120, 121),
    (Rule.FONT_SIZE, lambda n: _html(INK, f'{INK} style="font-size:{n / 10}px"'), 120, 119),
    (Rule.LINE_HEIGHT, lambda n: _line_height(n / 100), 140, 139),
    (Rule.CONTAINER, lambda n: _html("max-width:600px", f"max-width:{n}px"), 600, 599),
    (Rule.CONTAINER, lambda n: _html("max-width:600px", f"max-width:{n}px"), 640, 641),
    (Rule.CONTRAST, lambda n: _html("color:#222222", f"color:#{n:06d}"), 767676, 777777),
    (Rule.TEXT_WIDTH, lambda n: make_message(text=f"{TEXT}{'x' * n}\n"), 78, 79),
    (Rule.TEXT_SIZE, _share, 39, 40),
    (Rule.TEXT_SIZE, _thin, 6, 4),
    (Rule.SUBJECT, lambda n: make_message(subject="x" * n), 10, 9),
    (Rule.SUBJECT, lambda n: make_message(subject="x" * n), 70, 71),
    (Rule.SUBJECT, lambda n: make_message(subject="X" * n + " 2 · 20."), 8, 9),
    (Rule.PREHEADER, _preheader, 40, 39),
    (Rule.PREHEADER, _preheader, 130, 131),
    (Rule.HEADERS, _headers, 15, 16),
    (
        Rule.HEADER_FORM,
        lambda n: make_message(headers=(*HEADERS, ("X-Y", "a" * (n - 5)))),
        995,
        996,
    ),
]


@pytest.mark.parametrize(("rule", "make", "last_good", "first_bad"), LIMITS)
def test_the_limit_is_where_it_is_said_to_be(
    rule: Rule, make: Callable[[int], Message], last_good: int, first_bad: int
) -> None:
    assert rule not in {finding.rule for finding in lint(make(last_good))}
    assert rule in {finding.rule for finding in lint(make(first_bad))}


FACTORS = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67,
    "small": 0.83, "sub": 0.83, "sup": 0.83,
    "code": 0.8125, "kbd": 0.8125, "samp": 0.8125, "tt": 0.8125, "pre": 0.8125,
}  # fmt: skip
"""What Chromium makes of a tag's font, as a factor of its parent's."""


@pytest.mark.parametrize(("tag", "factor"), FACTORS.items())
def test_a_tag_is_judged_by_the_size_that_browsers_give_it(tag: str, factor: float) -> None:
    for wanted, expected in ((12.1, set()), (11.9, {Rule.FONT_SIZE})):
        small = f'<div style="font-size:{wanted / factor:.2f}px"><{tag}>a</{tag}></div>'
        assert {finding.rule for finding in lint(_html(END, small + END))} == expected


def test_a_link_without_a_color_of_its_own_is_blue() -> None:
    assert lint(_html(END, f'<a href="{UNSUBSCRIBE}">Leave</a>{END}')) == ()
    dark = f'<p style="background:#222222;color:#ffffff"><a href="{UNSUBSCRIBE}">Leave</a></p>'
    assert [f.rule for f in lint(_html(END, dark + END))] == [Rule.CONTRAST]


@pytest.mark.parametrize(
    "href", ["mailto:nobody", "https://a.example/a b", "https://a.example/\u200b"]
)
def test_addresses_that_only_look_right_are_refused(href: str) -> None:
    assert Rule.LINK_TARGET in {f.rule for f in lint(_html("mailto:owner@example.org", href))}


@pytest.mark.parametrize(
    "value", ["<https://a.example/", "https://a.example/>", "<http://a.example/>"]
)
def test_an_archive_that_is_no_link_is_refused(value: str) -> None:
    headers = tuple((n, value if n == "List-Archive" else v) for n, v in HEADERS)
    assert [f.rule for f in lint(make_message(headers=headers))] == [Rule.HEADER_FORM]


def test_a_url_with_words_behind_it_is_a_long_line() -> None:
    line = f"https://a.example/{'x' * 70} and more"
    assert [f.rule for f in lint(make_message(text=f"{TEXT}{line}\n"))] == [Rule.TEXT_WIDTH]
