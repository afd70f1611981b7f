"""Digests to look at: every kind of mail a reader may get, with awkward content."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from newsletter.model import (
    AnnounceType,
    Batch,
    BatchState,
    Digest,
    Entry,
    Message,
    Paper,
    Reason,
    ReasonKind,
    Score,
    Signal,
)
from newsletter.render.identity import MailIdentity, MailLinks
from newsletter.render.mail import DigestRenderer
from tests.factories import DAY, make_interests, make_issue, make_paper, make_subscriber

IDENTITY = MailIdentity(
    sender="arXiv Digest <digest@papers.example.org>",
    reply_to="owner@example.org",
    postal_address="The arXiv Digest, 1 Example Street, 12345 Exampleton",
    list_id="digest.papers.example.org",
    site_url="https://papers.example.org",
)
LINKS = MailLinks(
    unsubscribe="https://papers.example.org/u/dG9rZW4",
    preferences="https://papers.example.org/p/dG9rZW4",
    view="https://papers.example.org/v/dG9rZW4",
    archive="https://papers.example.org/archive",
    help="https://papers.example.org/help",
    votes="https://papers.example.org/f/dG9rZW4",
)
REASONS = (
    (ReasonKind.TITLE_KEYWORD, "sparse attention", 4.0),
    (ReasonKind.KEYWORD, "mixture of experts", 2.5),
    (ReasonKind.CATEGORY, "cs.LG", 0.5),
    (ReasonKind.MUTED, "blockchain", -1.5),
)
ABSTRACT = (
    "Long contexts make attention the slowest part of a model, e.g. 4.2x slower at 128k tokens. "
    "We show that a tenth of the keys is enough when they are chosen by the query, et al. The "
    "choice costs less than it saves on every processor we tried."
)
AWKWARD_TITLES = (
    "O(n) < O(n²) & other true things about {{ templates }} in {% raw %}",
    "中文标题：大模型推理 > 3x 更快，且不损失精度",
    "שיטה חדשה ללמידה: deep learning בעברית (2026)",
    "W" * 120,
    "A " + "very " * 60 + "long title",
    "0",
    "None of the above: on 🤖 and 👩‍🔬 in \\frac{1}{2} of all papers",
    "https://arxiv.example/is-not-a-link?but=looks&like=one",
)


def make_entries(papers: Sequence[Paper], *, pinned: int = 0) -> tuple[Entry, ...]:
    """Rank papers as they come, the first ``pinned`` ones pinned."""
    return tuple(
        Entry(rank=rank, paper=paper, score=_score(rank, is_pinned=rank <= pinned))
        for rank, paper in enumerate(papers, start=1)
    )


def _score(rank: int, *, is_pinned: bool) -> Score:
    scale = 3.0 / (rank + 1)
    reasons = [
        Reason(kind=kind, term=term, value=value * scale)
        for kind, term, value in REASONS[: 1 + rank % len(REASONS)]
    ]
    if is_pinned:
        reasons.append(Reason(kind=ReasonKind.AUTHOR, term="Ada Example", value=0.0))
    value = 8.0 * scale
    return Score(value=value, parts={Signal.TEXT: value}, reasons=tuple(reasons), pinned=is_pinned)


def make_digest(
    papers: Sequence[Paper], *, language: str = "en", omitted: int = 0, **issue: Any
) -> Digest:
    """Make a digest of papers in this order; the first one is pinned."""
    interests = make_interests("sparse attention", "mixture of experts", authors=("Ada Example",))
    return Digest(
        issue=make_issue(**({"announced": 512} | issue)),
        subscriber=make_subscriber(language=language, interests=interests),
        entries=make_entries(papers, pinned=1),
        matched=len(papers) + omitted,
        omitted=omitted,
    )


def plain_papers(count: int) -> tuple[Paper, ...]:
    """Make papers that differ in what is known of them."""
    return tuple(_plain_paper(number) for number in range(1, count + 1))


def _plain_paper(number: int) -> Paper:
    known: tuple[dict[str, Any], ...] = (
        {"acceptance": "NeurIPS 2026", "code_url": "https://github.com/example/sparse"},
        {"announce_type": AnnounceType.CROSS, "categories": ("cs.DC", "cs.LG", "stat.ML")},
        {"authors": tuple(f"Author Number{n}" for n in range(31))},
        {"announce_type": AnnounceType.REPLACE, "version": 3},
        {"announced_on": DAY - timedelta(days=1)},
        {"comment": "This paper has been withdrawn by its authors"},
    )
    return make_paper(number, abstract=ABSTRACT, **known[number % len(known)])


def awkward_papers() -> tuple[Paper, ...]:
    """Make papers whose texts look like markup, templates, other scripts, or do not end."""
    return tuple(
        make_paper(100 + number, title=title, abstract=f"{title} {title}.", authors=(title,))
        for number, title in enumerate(AWKWARD_TITLES)
    )


def sample_digests() -> dict[str, Digest]:
    """Return every kind of digest by its name."""
    missing = (Batch(category="cs.AI", announced_on=DAY, state=BatchState.FAILED),)
    return {
        "fifteen": make_digest(plain_papers(15), omitted=27),
        "chinese": make_digest(plain_papers(7), language="zh-CN", batches=missing),
        "awkward": make_digest(awkward_papers()),
        "one": make_digest(plain_papers(1)),
        "quiet": make_digest(()),
        "fifty": make_digest((*awkward_papers(), *plain_papers(42)), batches=missing),
    }


def render_all(digests: dict[str, Digest]) -> Iterator[tuple[str, Message]]:
    """Render digests with one renderer, as the job does."""
    renderer = DigestRenderer(IDENTITY)
    for number, (name, digest) in enumerate(digests.items(), start=1):
        yield name, renderer.render(digest, delivery_id=f"d-{number:04d}", links=LINKS)
