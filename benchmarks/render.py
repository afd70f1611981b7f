"""Measure rendering: joined cards against the same mail rendered whole for every reader.

Prints one JSON object. ``python -m benchmarks.render [--data FOLDER] [--digests N]``
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.render_whole import WholeMail
from newsletter.model import (
    AnnounceType,
    Digest,
    Entry,
    Issue,
    IssueState,
    Paper,
    Reason,
    ReasonKind,
    Score,
    Signal,
)
from newsletter.render.composition import Composition, compositions
from newsletter.render.identity import MailIdentity, MailLinks
from newsletter.render.mail import DigestRenderer
from newsletter.render.mime import to_bytes
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
DAY = date(2026, 1, 30)
NOW = datetime(2026, 1, 30, 6, 0, tzinfo=UTC)
PAPERS = 1_000
PAPERS_PER_DIGEST = 15
ROUNDS = 8
LANGUAGE = "en"
IDENTITY = MailIdentity(
    sender="arXiv Digest <digest@papers.example.org>",
    reply_to="owner@example.org",
    postal_address="arXiv Digest, 1 Example Street, 12345 Exampletown",
    list_id="digest.papers.example.org",
    site_url="https://papers.example.org",
)


def main() -> None:
    arguments = _arguments()
    papers = read_papers(arguments.data / "papers" / "papers_2026-01.jsonl.gz")
    figures = _speed(papers) | _memory(papers, digests=arguments.digests)
    json.dump(figures, sys.stdout, indent=2)
    print()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="folder with papers/")
    parser.add_argument("--digests", type=int, default=100_000, help="for the memory figure")
    return parser.parse_args()


def read_papers(path: Path, *, limit: int = PAPERS) -> tuple[Paper, ...]:
    """Read the first papers of a recorded month as if all were announced on one day."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(_paper(json.loads(line)) for line, _ in zip(lines, range(limit), strict=False))


def _paper(record: dict[str, object]) -> Paper:
    title, abstract = str(record["title"]), str(record["abstract"])
    categories = tuple(map(str, record["categories"]))  # type: ignore[call-overload]  # JSON
    return Paper(
        id=str(record["id"]),
        version=1,
        title=title,
        abstract=abstract,
        title_tex=title,
        abstract_tex=abstract,
        authors=tuple(map(str, record["authors"])),  # type: ignore[call-overload]  # JSON
        categories=categories,
        announce_type=AnnounceType.NEW,
        announced_in=((categories[0], AnnounceType.NEW),),
        announced_on=DAY,
        issue_on=DAY,
        comment=str(record["comment"]) if record["comment"] else None,
    )


def read_digests(papers: Sequence[Paper], *, count: int) -> Iterator[Digest]:
    """Yield digests of distinct readers: each with its own papers, scores and reasons."""
    chance = random.Random(20261120)
    issue = Issue(
        id=f"{DAY}-daily", first_on=DAY, last_on=DAY, announced=len(papers), batches=(),
        state=IssueState.OPEN, created_at=NOW,
    )  # fmt: skip
    for number in range(count):
        yield _digest(number, issue, papers, chance)


def _digest(number: int, issue: Issue, papers: Sequence[Paper], chance: random.Random) -> Digest:
    keywords = tuple(Keyword(phrase=f"phrase {chance.randrange(5_000)}") for _ in range(30))
    chosen = chance.sample(papers, PAPERS_PER_DIGEST)
    entries = tuple(
        Entry(rank=rank, paper=paper, score=_score(20.0 - rank, keywords, chance))
        for rank, paper in enumerate(chosen, start=1)
    )
    reader = Subscriber(
        id=f"{number:026d}", address=f"reader{number}@example.org", state=SubscriberState.ACTIVE,
        interests=Interests(categories=("cs.LG",), keywords=keywords), created_at=NOW,
        confirmed_at=NOW, language=LANGUAGE,
    )  # fmt: skip
    return Digest(issue=issue, subscriber=reader, entries=entries, matched=60, omitted=45)


def _score(value: float, keywords: Sequence[Keyword], chance: random.Random) -> Score:
    kinds = (ReasonKind.TITLE_KEYWORD, ReasonKind.KEYWORD, ReasonKind.KEYWORD)
    terms = [keyword.phrase for keyword in chance.sample(keywords, len(kinds))]
    share = value / len(kinds)
    reasons = tuple(
        Reason(kind=kind, term=term, value=share) for kind, term in zip(kinds, terms, strict=True)
    )
    return Score(value=value, parts={Signal.TEXT: value}, reasons=reasons)


def links_of(number: int) -> MailLinks:
    """Make the links of one mail; tokens as long as real ones."""
    token = f"{number:022d}.aBcDeFgHiJkLmNoPqRsTuVwXyZ"
    site = IDENTITY.site_url
    return MailLinks(
        unsubscribe=f"{site}/u/{token}", preferences=f"{site}/p/{token}", view=f"{site}/v/{token}",
        archive=f"{site}/i/", help=f"{site}/help", votes=f"{site}/f/{token}",
    )  # fmt: skip


def _speed(papers: Sequence[Paper]) -> dict[str, object]:
    renderer = DigestRenderer(IDENTITY)
    digests = tuple(read_digests(papers, count=300))
    whole = WholeMail.of(renderer, LANGUAGE)
    links = links_of(1)
    one = renderer.render(digests[0], delivery_id="d", links=links)
    if one.html != whole.by_jinja(_composed(renderer, digests[0])):
        raise SystemExit("joined and whole differ")
    rates = _rates(renderer, whole, digests)
    return {
        "papers_per_digest": PAPERS_PER_DIGEST,
        "html_bytes": one.html_bytes,
        "html_bytes_max": max(
            renderer.render(d, delivery_id="d", links=links).html_bytes for d in digests
        ),
        "text_bytes": len(one.text.encode()),
        "digests_per_s": {name: round(rate) for name, rate in rates.items()},
        "joined_to_whole": round(rates["joined_html"] / rates["jinja_mjml_html"], 1),
        "message_to_whole": round(rates["joined_message"] / rates["jinja_mjml_html"], 1),
        "mime_ms": round(1e3 / rates["mime"], 3),
    }


def _composed(renderer: DigestRenderer, digest: Digest) -> Composition:
    return next(compositions(digest, renderer.frame(LANGUAGE), links=links_of(1)))


def _rates(
    renderer: DigestRenderer, whole: WholeMail, digests: Sequence[Digest]
) -> dict[str, float]:
    links = links_of(1)
    message = renderer.render(digests[0], delivery_id="d", links=links)
    ways: dict[str, Callable[[Digest], object]] = {
        "jinja_mjml_html": lambda d: whole.by_mjml(_composed(renderer, d)),
        "jinja_html": lambda d: whole.by_jinja(_composed(renderer, d)),
        "joined_html": lambda d: renderer.html(d, links=links),
        "joined_message": lambda d: renderer.render(d, delivery_id="d", links=links),
        "mime": lambda _: to_bytes(message, sent_at=NOW),
    }
    best = dict.fromkeys(ways, 0.0)
    for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets all of them
        for name, way in ways.items():
            best[name] = max(best[name], _rate(way, digests))
    return best


def _rate(way: Callable[[Digest], object], digests: Sequence[Digest]) -> float:
    start = time.perf_counter()
    for digest in digests:
        way(digest)
    return len(digests) / (time.perf_counter() - start)


def _memory(papers: Sequence[Paper], *, digests: int) -> dict[str, object]:
    renderer = DigestRenderer(IDENTITY)
    at: dict[int, float] = {}
    for number, digest in enumerate(read_digests(papers, count=digests), start=1):
        renderer.render(digest, delivery_id=f"d{number}", links=links_of(number))
        if number in (1_000, 10_000, digests):
            at[number] = _resident_mb()
    return {"resident_mb_after_digests": at}


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    main()
