"""Every rule of the lint: a good mail passes, a mail broken in just that way is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Message
from newsletter.render.lint import Finding, Rule, lint
from tests.unit.render.good_mail import HEADERS, HTML, TEXT, UNSUBSCRIBE, make_message

Break = Callable[[], Message]


def html(old: str, new: str, count: int = 1) -> Break:
    """Break the HTML: ``old`` must be there."""

    def make() -> Message:
        assert old in HTML
        return make_message(html=HTML.replace(old, new, count))

    return make


def text(old: str, new: str) -> Break:
    """Break the text part: ``old`` must be there."""

    def make() -> Message:
        assert old in TEXT
        return make_message(text=TEXT.replace(old, new))

    return make


def header(name: str, value: str | None) -> Break:
    """Replace one header, or leave it out."""

    def make() -> Message:
        rest = [(n, v) for n, v in HEADERS if n != name]
        assert len(rest) < len(HEADERS)
        return make_message(headers=tuple(rest if value is None else [*rest, (name, value)]))

    return make


def more(*headers: tuple[str, str]) -> Break:
    """Add headers."""
    return lambda: make_message(headers=HEADERS + headers)


def field(**fields: object) -> Break:
    """Set fields of the message."""
    return lambda: make_message(**fields)


INK = '<p class="ink" dir="auto">'
END = "</div></body>"
OWNER = "mailto:owner@example.org"
PAGE_WIDTH = "max-width:600px"
LAST = HTML.rindex(UNSUBSCRIBE)

BROKEN: list[tuple[Rule, Break]] = [
    (Rule.HTML_SIZE, field(html=HTML.replace(END, f"<!--{'x' * 90_000}-->{END}"), text=TEXT * 30)),
    (Rule.STYLE_SIZE, html("</style>", ".a{color:#000000}" * 500 + "</style>")),
    (Rule.STYLE_RULES, html("@media only screen", "@import 'a.css'; @media only screen")),
    (Rule.STYLE_RULES, html("</style>", "@font-face { font-family: x }</style>")),
    (Rule.STYLE_RULES, html("</style>", "@media all { @media print { p { a: b } } }</style>")),
    (Rule.STYLE_RULES, html("margin:0;", "margin:0;background-image:URL(https://a.example/);")),
    (Rule.DOCTYPE, html("<!doctype html>", "")),
    (Rule.DOCTYPE, html("<!doctype html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN">')),
    (Rule.CHARSET, html('<meta charset="utf-8">', "")),
    (Rule.CHARSET, html('charset="utf-8"', 'charset="latin-1"')),
    (Rule.VIEWPORT, html("width=device-width", "width=600")),
    (Rule.LANGUAGE, html('lang="en"', 'lang="und"')),
    (Rule.LANGUAGE, html('lang="en" ', "")),
    (Rule.DIRECTION, html(' dir="ltr"', "")),
    (Rule.TITLE, html("arXiv Digest, 20 November", " ")),
    (Rule.TABLE, html("<th ", "<td ")),
    (Rule.TABLE, html(' role="presentation"', "")),
    (Rule.IMAGE, html("https://papers.example.org/a.png", "http://papers.example.org/a.png")),
    (Rule.IMAGE, html("https://papers.example.org/a.png", "data:image/png;base64,AA")),
    (Rule.IMAGE, html('alt="a diagram"', 'alt=""')),
    (Rule.IMAGE, html(' width="300"', "")),
    (Rule.IMAGE, html('height="120"', 'height="1"')),
    (Rule.IMAGE, html(END, '<img src="https://a.example/" alt="a" width="9">' * 2 + END)),
    (Rule.ACTIVE_CONTENT, html(END, f"<script>1</script>{END}")),
    (Rule.ACTIVE_CONTENT, html(END, f"<form></form>{END}")),
    (Rule.ACTIVE_CONTENT, html(END, f"<iframe></iframe>{END}")),
    (Rule.ACTIVE_CONTENT, html(END, f"<svg></svg>{END}")),
    (Rule.ACTIVE_CONTENT, html(INK, '<p class="ink" onclick="x()" dir="auto">')),
    (Rule.ACTIVE_CONTENT, html(INK, '<p class="ink" OnClick="x()" dir="auto">')),
    (
        Rule.ACTIVE_CONTENT,
        html("</head>", '<link rel="stylesheet" href="https://a.example"></head>'),
    ),
    (Rule.ACTIVE_CONTENT, html("</head>", '<meta http-equiv="refresh" content="0"></head>')),
    (Rule.LINK_TARGET, html("https://arxiv.org/pdf", "http://arxiv.org/pdf")),
    (Rule.LINK_TARGET, html(OWNER, "javascript:alert(1)")),
    (Rule.LINK_TARGET, html(OWNER, "#top")),
    (Rule.LINK_TARGET, html(OWNER, "https://[broken")),
    (Rule.LINK_TARGET, html(OWNER, "https://user@papers.example.org/")),
    (Rule.LINK_TEXT, html(">PDF<", ">Click here!<")),
    (Rule.LINK_TEXT, html(">PDF<", ">\u70b9\u51fb\u8fd9\u91cc<")),
    (Rule.LINK_TEXT, html(">PDF<", "> <")),
    (Rule.LINK_TEXT, html(">PDF<", ">https://bank.example/<")),
    (Rule.LINK_TEXT, html(">Here<", "><")),
    (Rule.LINK_COUNT, html(END, f'<a href="{OWNER}" class="ink">Write</a>' * 120 + END)),
    (
        Rule.FONT_SIZE,
        html(INK, '<p class="ink" dir="auto" style="font-size:11px;line-height:1.5">'),
    ),
    (Rule.FONT_SIZE, html(INK, '<p class="ink" dir="auto" style="font-size:70%">')),
    (Rule.FONT_SIZE, html("as it is", "<small><sub>as it is</sub></small>")),
    (Rule.FONT_SIZE, html("</style>", ".ink { font-size: 11px }</style>")),
    (Rule.FONT_SIZE, html("font-size:15px", "font-size:0px")),
    (Rule.LINE_HEIGHT, html("font-size:26px;line-height:1.4", "font-size:26px;line-height:1.2")),
    (Rule.LINE_HEIGHT, html("line-height:1.5;", "")),
    (Rule.LINE_HEIGHT, html("line-height:1.5;", "line-height:20px;")),
    (Rule.CONTAINER, html(PAGE_WIDTH, "max-width:700px")),
    (Rule.CONTAINER, html(PAGE_WIDTH, "max-width:590px")),
    (Rule.CONTAINER, html('width="100%"', 'width="650"')),
    (Rule.CONTRAST, html("color:#222222", "color:#999999")),
    (Rule.CONTRAST, html("color:#222222", "color:rebeccapurple")),
    (Rule.CONTRAST, html("margin:0 auto;background:#ffffff", "margin:0 auto;background:#000000")),
    (Rule.HIDDEN_TEXT, html(INK, '<p class="ink" dir="auto" style="display:none">')),
    (Rule.HIDDEN_TEXT, html(INK, '<p class="ink" dir="auto" style="visibility: hidden">')),
    (Rule.DARK_MODE, html('content="light dark"', 'content="light"')),
    (Rule.DARK_MODE, html("(prefers-color-scheme: dark)", "(prefers-color-scheme: light)")),
    (Rule.PREHEADER, html("; three minutes to read", "")),
    (Rule.PREHEADER, html("; three minutes to read", "; three minutes to read" * 5)),
    (Rule.PREHEADER, html("display:none", "overflow:hidden")),
    (Rule.PREHEADER, html("Two papers", "Sparse attention + 1 more · 20 Nov: two papers")),
    (Rule.LEFTOVER, html("2 papers", "{{ count }} papers")),
    (Rule.LEFTOVER, html("2 papers", "None papers")),
    (Rule.LEFTOVER, html("/pdf/2611.00001v1", "/pdf/None")),
    (Rule.LEFTOVER, html("&#123;&#123;", "{{")),
    (Rule.LEFTOVER, html("</style>", "{% if dark %}</style>")),
    (Rule.LEFTOVER, html(END, f"<mj-text>a</mj-text>{END}")),
    (Rule.LEFTOVER, html(END, f"<!-- @@CARDS@@ -->{END}")),
    (Rule.LEFTOVER, html("Two papers", "{% papers")),
    (Rule.LEFTOVER, text("2 papers", "@@ papers")),
    (Rule.LEFTOVER, field(subject="{% papers %} + 1 more · 20 Nov")),
    (Rule.UNRESOLVED_TEX, html("as it is", "as &#92;frac12 is")),
    (Rule.CHARACTERS, html("as it is", "as \x9d is")),
    (Rule.CHARACTERS, html("as it is", "as &#x1b; is")),
    (Rule.CHARACTERS, html("as it is", "as \x00 is")),
    (Rule.CHARACTERS, html("as it is", "as \ufffd is")),
    (Rule.CHARACTERS, html("as it is", "as \ud800 is")),
    (Rule.CHARACTERS, text("2 papers", "2 \x07 papers")),
    (Rule.PAPER_CARD, html('class="rank ink">#2', 'class="ink">#2')),
    (Rule.PAPER_CARD, html('class="score ink">3.1', 'class="score ink">')),
    (Rule.PAPER_CARD, html("https://arxiv.org/abs/2611.00001", "https://example.org/abs/1")),
    (Rule.PAPER_CARD, html('<div class="paper">', "<div>")),
    (Rule.PAPER_CARD, html("abs/hep-th/9901001", "abs/2611.00001")),
    (Rule.PAPER_ORDER, html(">#2<", ">#3<")),
    (Rule.PAPER_ORDER, html(">3.1<", ">12.8<")),
    (Rule.PAPER_ORDER, html('<div class="paper">', '<div class="paper pinned">')),
    (Rule.TEXT_WIDTH, text("Sparse attention:", "Sparse attention: " + "wide " * 15)),
    (Rule.TEXT_WIDTH, text("Here", "\u4e2d" * 36)),
    (Rule.TEXT_SIZE, field(text=TEXT * 6)),
    (Rule.TEXT_SIZE, html(END, f"<!--{'x' * 9000}-->{END}")),
    (
        Rule.TEXT_PAPERS,
        text("https://arxiv.org/abs/2611.00001", "https://arxiv.org/abs/2611.000012"),
    ),
    (Rule.UNSUBSCRIBE, html(UNSUBSCRIBE, "https://papers.example.org/")),
    (Rule.UNSUBSCRIBE, field(html=HTML[:LAST] + OWNER + HTML[LAST + len(UNSUBSCRIBE) :])),
    (Rule.UNSUBSCRIBE, text(UNSUBSCRIBE, "ask us")),
    (Rule.SUBJECT, field(subject="arXiv")),
    (Rule.SUBJECT, field(subject="\u4e2d" * 36)),
    (Rule.SUBJECT, field(subject="Sparse attention\r\nBcc: everyone@example.org")),
    (Rule.SUBJECT, field(subject="Sparse attention\u2028and one more")),
    (Rule.SUBJECT, field(subject="SPARSE ATTENTION + 1 MORE · 20 NOV")),
    (Rule.ADDRESSES, field(sender="arXiv Digest <>")),
    (Rule.ADDRESSES, field(reply_to="owner@example.org\nBcc: all@example.org")),
    (Rule.ADDRESSES, field(recipient="Reader <reader1@example.org>")),
    (Rule.ADDRESSES, field(recipient="reader1@example.org, reader2@example.org")),
    *((Rule.HEADERS, header(name, None)) for name, _ in HEADERS),
    (Rule.HEADERS, more(("list-id", "a <b.example.org>"))),
    (Rule.HEADERS, more(*((f"X-{n}", "a") for n in range(7)))),
    (Rule.HEADER_FORM, more(("X-Topic", "gr\u00fcn"))),
    (Rule.HEADER_FORM, more(("X-Topic", "a\r\nBcc: all@example.org"))),
    (Rule.HEADER_FORM, more(("X-Topic", "a" * 995))),
    (Rule.HEADER_FORM, more(("X Topic", "a"))),
    (Rule.HEADER_FORM, header("Auto-Submitted", "no")),
    (Rule.HEADER_FORM, header("X-Newsletter-Delivery", "d-0002")),
    (Rule.HEADER_FORM, header("List-Id", "digest.papers.example.org")),
    (Rule.HEADER_FORM, header("List-Archive", "https://papers.example.org/")),
    (Rule.ONE_CLICK, header("List-Unsubscribe-Post", "List-Unsubscribe=One-click")),
    (Rule.ONE_CLICK, header("List-Unsubscribe", "<mailto:leave@example.org>")),
    (Rule.PRIVACY, html(OWNER, "https://papers.example.org/?to=Reader1%40example.org")),
    (Rule.PRIVACY, more(("X-Reader", "reader1@example.org"))),
]


def rules(message: Message) -> set[str]:
    return {finding.rule for finding in lint(message)}


def test_the_good_mail_has_no_findings() -> None:
    assert lint(make_message()) == ()


@pytest.mark.parametrize(
    ("rule", "broken"), BROKEN, ids=[f"{rule}-{place}" for place, (rule, _) in enumerate(BROKEN)]
)
def test_a_mail_broken_in_one_way_is_refused(rule: Rule, broken: Break) -> None:
    assert rule in rules(broken())


def test_every_rule_has_a_mail_that_breaks_it() -> None:
    assert {rule for rule, _ in BROKEN} == set(Rule)


CLEAN: list[tuple[str, Break]] = [
    ("the paper's own braces", text("Here", "Here {{ x }}")),
    ("the paper's own None", field(subject="None of it is all you need + 1 more")),
    ("a long URL alone on a line", text("#2", f"https://example.org/{'x' * 90}\n#2")),
    ("a paper called Here", html(">Here<", ">Click here<")),
    ("an address written in the body", html("Write to us", "Sent to reader1@example.org")),
    ("an equal score", html(">3.1<", ">12.7<")),
    ("a pinned one first", html('class="paper" width', 'class="paper pinned" width')),
    ("a negative score", html(">3.1<", ">\u22123.1<")),
    ("a reader who is the owner", field(recipient="owner@example.org")),
    ("an MSO comment", html(END, f"<!--[if mso]><table><![endif]-->{END}")),
    ("a hidden element without text", html(END, f'<p style="display:none"></p>{END}')),
]


@pytest.mark.parametrize("harmless", [make for _, make in CLEAN], ids=[name for name, _ in CLEAN])
def test_what_only_looks_wrong_passes(harmless: Break) -> None:
    assert lint(harmless()) == ()


def test_findings_hold_no_address_and_no_token() -> None:
    for _, broken in BROKEN:
        told = " ".join(finding.detail for finding in lint(broken()))
        assert "dG9rZW4" not in told
        assert "reader1@" not in told.lower()


def test_details_are_short_and_printable() -> None:
    details = [finding.detail for _, broken in BROKEN for finding in lint(broken())]
    assert all(len(detail) <= 200 and detail.isprintable() for detail in details)


def test_a_finding_is_told_once() -> None:
    findings = lint(make_message(html=HTML.replace("line-height:1.5;", "")))
    assert len(findings) == len(set(findings))


def test_only_the_papers_own_tex_is_a_blemish() -> None:
    assert Finding(rule=Rule.UNRESOLVED_TEX, detail="").is_blemish
    assert not Finding(rule=Rule.LEFTOVER, detail="").is_blemish


@given(st.text(), st.text(), st.integers(0, len(HTML)))
@settings(max_examples=150, deadline=None)
def test_lint_never_raises(junk: str, subject: str, place: int) -> None:
    lint(make_message(html=junk, subject=subject, text=junk))
    lint(make_message(html=HTML[:place] + junk + HTML[place:]))


@pytest.mark.parametrize("source", ["", " ", "<div>" * 5000, "<!--", "\x00", "<html><body>"])
def test_lint_survives_what_is_hardly_html(source: str) -> None:
    assert Rule.TITLE in rules(make_message(html=source))
