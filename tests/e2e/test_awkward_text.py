"""Text that breaks programs, from arXiv's feed to mails and every export."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import feedparser
import html5lib
import pytest
from lxml import etree

from tests.e2e.program import Program
from tests.mail_rules import broken_markup
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_arxiv_days import Record

ON = date(2026, 2, 4)
RTL = "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"
TITLES: Mapping[str, str] = {
    "2602.00101": "If x < y & y > z, then <script>alert(1)</script> &amp; agents",
    "2602.00102": "Agents {{ 7 * 7 }} and {% raw %} in @@templates@@",
    "2602.00103": "\u4e2d\u6587 > 3x agents \u4e2d\u6587 & more",
    "2602.00104": f"{RTL}: agents from right to left",
    "2602.00105": "Agents that [link](https://evil.example) *loudly* `now` |x|",
    "2602.00106": "0",
    "2602.00107": "Agents \U0001f916 with e\u0301 accents and \ufb01 ligatures",
    "2602.00108": 'Agents "quoted" \\=?utf-8?q?x?= Subject: again',
    "2602.00109": "Agents ${x}$ of %s %(name)s 100% <!-- --> ]]>",
    "2602.00110": "Agents\u202e overridden\u202c and\nBcc: broken\u2028 in two",
}
ABSTRACT = "Agents <b>read</b> {{ it }} & \u4e2d\u6587 > 3x.\n  Second part of it, " + RTL + "."
AUTHORS = "Ada <Example>, {{ Ben }}, \u738b\u5c0f\u660e"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Made:
    """What the program made of the feed."""

    program: Program
    html: str
    text: str
    eml: EmailMessage
    raw: bytes
    papers: Mapping[str, Mapping[str, object]]


def as_read(title: str) -> str:
    """The title as a reader of it wants it: on one line, TeX resolved, nothing else changed."""
    return " ".join(re.sub("[\u202e\u202c]", "", title.replace("${x}$", "x")).split())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("awkward")
    records = tuple(
        Record(
            id=paper_id,
            title=title,
            abstract=ABSTRACT,
            authors=AUTHORS,
            categories=("cs.AI",),
            types=(("cs.AI", "new"),),
        )
        for paper_id, title in TITLES.items()
    )
    with FakeArxiv() as arxiv:
        arxiv.announce(ON, records)
        program = Program.reading(
            arxiv,
            folder,
            NEWSLETTER_INTERESTS__CATEGORIES="cs.AI",
            NEWSLETTER_INTERESTS__KEYWORDS=json.dumps(["agents", "3x", "<b>&{{ x }}"]),
            NEWSLETTER_MAIL__TITLE='Agents & "{{ Co }}" \u4e2d\u6587',
        )
        fetched = program.run("fetch", "--source", "feed", "--on", str(ON))
        assert fetched.code == 0, fetched.err
        shown = program.run("send", "--dry-run", "--source", "feed", "--on", str(ON), "--json")
    assert shown.code == 0, shown.err
    (mail,) = shown.json["mails"]
    assert mail["findings"] == []
    stem = str(folder / "out" / mail["stem"])
    raw = Path(f"{stem}.eml").read_bytes()
    eml = message_from_bytes(raw, policy=policy.default)
    assert isinstance(eml, EmailMessage)
    exported = program.run("export", "--format", "json", "--on", str(ON), "--limit", "0").json
    return Made(
        program=program,
        html=Path(f"{stem}.html").read_text("utf-8"),
        text=Path(f"{stem}.txt").read_text("utf-8"),
        eml=eml,
        raw=raw,
        papers={paper["id"]: paper for paper in exported["papers"]},
    )


def folded(text: str) -> str:
    return " ".join(text.split())


def visible(html: str) -> str:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return folded(" ".join(tree.find("body").itertext()))


def export(made: Made, form: str) -> str:
    ended = made.program.run("export", "--format", form, "--on", str(ON), "--limit", "0")
    assert ended.code == 0, ended.err
    return ended.out


def test_every_title_is_seen_as_it_was_written(made: Made) -> None:
    seen, text = visible(made.html), folded(made.text)
    for title in map(as_read, TITLES.values()):
        assert folded(title) in seen
        assert folded(title).replace(" ", "") in text.replace(" ", "")


def test_nothing_of_it_became_markup(made: Made) -> None:
    assert "<script" not in made.html
    assert "<b>read" not in made.html
    assert broken_markup(made.html) == ()
    assert "49" not in visible(made.html)


@pytest.mark.parametrize("part", ["html", "text"])
def test_parts_have_no_character_that_steers(made: Made, part: str) -> None:
    assert FORBIDDEN.search(getattr(made, part)) is None


def test_the_headers_are_those_of_one_mail(made: Made) -> None:
    head = made.raw.partition(b"\r\n\r\n")[0]
    assert made.eml["From"].addresses[0].display_name == 'Agents & "{{ Co }}" \u4e2d\u6587'
    assert len(made.eml.get_all("Subject", [])) == 1
    assert made.eml.defects == []
    assert head.isascii()
    for line in head.split(b"\r\n"):
        assert b"\n" not in line
        assert len(line) <= 998
    parts = [part.get_content() for part in made.eml.iter_parts()]
    assert [folded(part) for part in parts] == [folded(made.text), folded(made.html)]


def test_json_has_titles_and_authors(made: Made) -> None:
    assert {paper_id: paper["title"] for paper_id, paper in made.papers.items()} == {
        paper_id: as_read(title) for paper_id, title in TITLES.items()
    }
    names = made.papers["2602.00101"]["authors"]
    assert isinstance(names, list)
    assert names[0] == "Ada <Example>"
    assert names[2] == "\u738b\u5c0f\u660e"


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feeds_have_titles_as_plain_text(made: Made, form: str) -> None:
    document = export(made, form)
    etree.fromstring(document.encode())
    tag = "{http://www.w3.org/2005/Atom}title" if form == "atom" else "title"
    titles = [element.text for element in etree.fromstring(document.encode()).iter(tag)]
    for title in map(as_read, TITLES.values()):
        assert any(title in (told or "") for told in titles), title
    assert not feedparser.parse(document.encode()).bozo


def test_markdown_shows_titles_and_no_markup_of_theirs(made: Made) -> None:
    from markdown_it import MarkdownIt

    document = export(made, "markdown")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(document)
    seen = visible(f"<body>{html}</body>")
    for title in map(as_read, TITLES.values()):
        assert folded(title) in seen
    assert "<script" not in html
    assert 'href="https://evil.example"' not in html


def test_words_keep_their_characters(made: Made) -> None:
    """Accents and ligatures may be composed, but never lost."""
    wanted = unicodedata.normalize("NFKC", TITLES["2602.00107"])
    assert unicodedata.normalize("NFKC", str(made.papers["2602.00107"]["title"])) == wanted


@pytest.mark.parametrize(
    ("variable", "key"),
    [("MAIL__TITLE", "mail.title"), ("MAIL__POSTAL_ADDRESS", "mail.postal_address")],
)
def test_a_line_break_in_the_senders_words_is_refused(
    tmp_path: Path, variable: str, key: str
) -> None:
    ended = Program(tmp_path, **{f"NEWSLETTER_{variable}": "News\r\nBcc: x@example.org"}).run(
        "send", "--dry-run", "--source", "sample"
    )
    assert ended.code == 78
    assert key in ended.err
