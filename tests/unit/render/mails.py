"""Digests for the tests of rendering."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from newsletter.model import Digest, Entry, Paper, Reason, ReasonKind, Score
from newsletter.render.identity import MailIdentity, MailLinks
from tests.factories import make_interests, make_issue, make_paper, make_subscriber

IDENTITY = MailIdentity(
    sender="arXiv Digest <digest@papers.example.org>",
    reply_to="owner@example.org",
    postal_address="arXiv Digest, 1 Example Street, 12345 Exampletown",
    list_id="digest.papers.example.org",
    site_url="https://papers.example.org",
)
LINKS = MailLinks(
    unsubscribe="https://papers.example.org/u/AbCdEf.123-_",
    preferences="https://papers.example.org/p/AbCdEf.123-_",
    view="https://papers.example.org/v/AbCdEf.123-_",
    archive="https://papers.example.org/i/?a=1&b=2",
    help="https://papers.example.org/help",
    votes="https://papers.example.org/f/AbCdEf123-_",
)
NASTY = (
    "<script>alert(1)</script>", "a < b & c > d", "{{ secret }}", "{% raw %}", "@@rank@@",
    "中文 > 3x 更快", "שלום עולם", "مرحبا", "\x02rank\x03 \x00\x07\x9b", "🚀👩‍🔬 emoji", "0", "",
    "line\r\nBcc: x@example.org", "a\u2028b", "\u202eevil\u202c", 'quote " and \' mark', "\ufffd",
    "\ud800", "\\frac{1}{2}", "None", "W" * 400, "词" * 400,
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=80),
    st.lists(st.sampled_from(NASTY), min_size=1, max_size=4).map(" ".join),
)
papers = st.builds(
    make_paper,
    st.integers(1, 99),
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=6).map(tuple),
    categories=st.lists(texts, max_size=8).map(tuple),
    comment=st.none() | texts,
    acceptance=st.none() | texts,
    code_url=st.none() | texts | st.just("https://github.com/example/code"),
)
reasons = st.builds(
    Reason, kind=st.sampled_from(ReasonKind), term=texts, value=st.floats(-9, 9, width=16)
)


def make_reasons(*terms: str) -> tuple[Reason, ...]:
    """Make one keyword reason for each term."""
    return tuple(Reason(kind=ReasonKind.KEYWORD, term=term, value=1.0) for term in terms)


def make_digest(papers: Sequence[Paper] = (), **fields: Any) -> Digest:
    """Make a digest of these papers, best first, all for the keyword ``sparse attention``."""
    told = fields.pop("reasons", make_reasons("sparse attention"))
    language = fields.pop("language", "en")
    entries = tuple(
        Entry(rank=rank, paper=paper, score=Score(value=50.0 - rank, reasons=told))
        for rank, paper in enumerate(papers, start=1)
    )
    values: dict[str, Any] = {
        "issue": make_issue(announced=512),
        "subscriber": make_subscriber(
            language=language, interests=make_interests("sparse attention", "MoE")
        ),
        "entries": entries,
        "matched": len(entries),
        "omitted": 0,
    }
    return Digest(**(values | fields))


def make_papers(count: int, **fields: Any) -> tuple[Paper, ...]:
    """Make papers numbered from 1."""
    return tuple(make_paper(number, **fields) for number in range(1, count + 1))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Draw a digest of up to 30 papers full of awkward text."""
    chosen = draw(st.lists(papers, max_size=8, unique_by=lambda paper: paper.id))
    copies = draw(st.integers(1, 4))
    told = tuple(draw(st.lists(reasons, max_size=8)))
    return make_digest(
        chosen * copies,
        reasons=told,
        language=draw(st.sampled_from(["en", "zh-CN", "de"])),
        omitted=draw(st.integers(0, 99)),
    )
