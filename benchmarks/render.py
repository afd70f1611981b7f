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
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.recorded import DATA, MONTH, expect_recorded
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

DAY = date(2026, 1, 30)
NOW = datetime(2026, 1, 30, 6, 0, tzinfo=UTC)
PAPERS = 1_000
PAPERS_PER_DIGEST = 15
DIGESTS = 300
ROUNDS = 7
LANGUAGE = "en"
IDENTITY = MailIdentity(
    sender="arXiv Digest <digest@papers.example.org>",
    reply_to="owner@example.org",
    postal_address="arXiv Digest, 1 Example Street, 12345 Exampletown",
    list_id="digest.papers.example.org",
    site_url="https://papers.example.org",
)

Mail = tuple[Digest, MailLinks]
Rounds = dict[str, list[float]]


def main() -> None:
    arguments = _arguments()
    expect_recorded(arguments.data / MONTH)
    papers = read_papers(arguments.data / MONTH)
    figures = _speed(papers) | _memory(papers, digests=arguments.digests)
    json.dump(figures, sys.stdout, indent=2)
    print()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with papers/")
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
    mails = [(each, links_of(n)) for n, each in enumerate(read_digests(papers, count=DIGESTS))]
    whole = WholeMail.of(renderer, LANGUAGE)
    digest, links = mails[0]
    one = renderer.render(digest, delivery_id="d", links=links)
    if one.html != whole.by_jinja(_composed(renderer, *mails[0])):
        raise SystemExit("joined and whole differ")
    rounds = _rounds(renderer, whole, mails)
    return {
        "papers_per_digest": PAPERS_PER_DIGEST,
        "html_bytes": one.html_bytes,
        "html_bytes_max": max(
            renderer.render(d, delivery_id="d", links=links).html_bytes for d, links in mails
        ),
        "text_bytes": len(one.text.encode()),
        "digests_per_s": {name: round(median(rates)) for name, rates in rounds.items()},
        "joined_to_whole": _ratio(rounds, "joined_html", "jinja_mjml_html"),
        "joined_to_whole_by_round": _ratios(rounds, "joined_html", "jinja_mjml_html"),
        "joined_to_whole_from_papers": _ratio(rounds, "joined_html", "papers_jinja_mjml_html"),
        "message_to_whole": _ratio(rounds, "joined_message", "jinja_mjml_html"),
        "mime_ms": round(1e3 / median(rounds["mime"]), 3),
    }


def _ratio(rounds: Rounds, one: str, other: str) -> float:
    return median(_ratios(rounds, one, other))


def _ratios(rounds: Rounds, one: str, other: str) -> list[float]:
    return [round(a / b, 1) for a, b in zip(rounds[one], rounds[other], strict=True)]


def _composed(renderer: DigestRenderer, digest: Digest, links: MailLinks) -> Composition:
    return next(compositions(digest, renderer.frame(LANGUAGE), links=links))


def _rounds(renderer: DigestRenderer, whole: WholeMail, mails: Sequence[Mail]) -> Rounds:
    """Return for each way its mails per second of the processor, round by round.

    ``jinja_mjml_html`` gets the papers' texts cleaned and escaped; ``papers_jinja_mjml_html``
    does that for every reader, as a program does that remembers nothing.
    """
    message = renderer.render(mails[0][0], delivery_id="d", links=mails[0][1])

    forgetful = replace(whole, views={})

    def from_papers(digest: Digest, links: MailLinks) -> str:
        forgetful.views.clear()
        return forgetful.by_mjml(_composed(renderer, digest, links))

    ways: dict[str, Callable[[Digest, MailLinks], object]] = {
        "papers_jinja_mjml_html": from_papers,
        "jinja_mjml_html": lambda d, links: whole.by_mjml(_composed(renderer, d, links)),
        "jinja_html": lambda d, links: whole.by_jinja(_composed(renderer, d, links)),
        "joined_html": lambda d, links: renderer.html(d, links=links),
        "joined_message": lambda d, links: renderer.render(d, delivery_id="d", links=links),
        "mime": lambda _d, _links: to_bytes(message, sent_at=NOW),
    }
    for digest, links in mails:  # once before it counts: cards, chips and texts are made
        renderer.html(digest, links=links)
        whole.by_jinja(_composed(renderer, digest, links))
    rounds: Rounds = {name: [] for name in ways}
    for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets all of them
        for name, way in ways.items():
            rounds[name].append(_rate(way, mails))
    return rounds


def _rate(way: Callable[[Digest, MailLinks], object], mails: Sequence[Mail]) -> float:
    start = time.process_time()
    for digest, links in mails:
        way(digest, links)
    return len(mails) / (time.process_time() - start)


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
