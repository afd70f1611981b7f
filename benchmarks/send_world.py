"""The newsletter that ``benchmarks.send`` sends: readers, planned picks, all that makes mails."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.render import DAY, IDENTITY, NOW, read_digests
from newsletter.choosing import Choice
from newsletter.delivery.compose import Composer
from newsletter.delivery.deliver import deliver
from newsletter.delivery.links import SignedLinks
from newsletter.delivery.plan import plan
from newsletter.delivery.policy import SendPolicy
from newsletter.model import Claim, Digest, Envelope, Issue, IssueState, Paper, Pick
from newsletter.ports import Mailer, SendPace
from newsletter.render.mail import DigestRenderer
from newsletter.stores.sqlite.store import SqliteStore, open_store
from subscribers.tokens import TokenSigner

ROOT = Path(__file__).resolve().parents[1]
KEY = b"a key of the benchmark, thirty-two bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A store with planned mails, and what composes them."""

    store: SqliteStore
    issue: Issue
    compose: Callable[[Claim], Envelope]

    def bodies(self, count: int) -> list[Envelope]:
        """Compose the first mails without claiming them."""
        found = self.store.ledger.deliveries(self.issue.id)
        pairs = ((each, self.store.subscribers.get(each.subscriber_id)) for each in found)
        claims = (Claim(delivery=each, subscriber=who) for each, who in pairs if who is not None)
        return [self.compose(claim) for claim, _ in zip(claims, range(count), strict=False)]


@contextmanager
def world(folder: Path, papers: Sequence[Paper], *, mails: int) -> Iterator[World]:
    """Plan so many mails of distinct readers in a new store."""
    issue = Issue(
        id=f"{DAY}-daily", first_on=DAY, last_on=DAY, announced=len(papers), batches=(),
        state=IssueState.OPEN, created_at=NOW,
    )  # fmt: skip
    with open_store(folder / "newsletter.db", address_key=KEY) as store:
        store.papers.save_announcement(papers, [])
        _plan_all(store, issue, read_digests(papers, count=mails))
        yield World(store=store, issue=issue, compose=_compose(store, issue))


def _plan_all(store: SqliteStore, issue: Issue, digests: Iterable[Digest]) -> None:
    """Keep none of them: a command that sends has none either, and Python would look after all."""

    def choices() -> Iterator[Choice]:
        for digest in digests:
            store.subscribers.add(digest.subscriber)
            yield _choice(digest)

    plan(issue, choices(), ledger=store.ledger)


def send(made: World, mailer: Mailer, *, workers: int, pace: SendPace | None = None) -> float:
    """Send all that is planned and hold it against the ledger; return mails per second."""
    began = perf_counter()
    report = deliver(
        made.issue.id,
        ledger=made.store.ledger,
        mailer=mailer,
        compose=made.compose,
        clock=lambda: datetime.now(UTC),
        workers=workers,
        policy=SendPolicy(deadline=None),
        pace=pace,
    )
    elapsed_s = perf_counter() - began
    if report.exit_code:
        raise SystemExit(f"not all was sent: {report}")
    return report.sent / elapsed_s


def _choice(digest: Digest) -> Choice:
    picks = tuple(
        Pick(paper_id=entry.paper.id, version=entry.paper.version, score=entry.score)
        for entry in digest.entries
    )
    return digest.subscriber, picks, digest.matched


def _compose(store: SqliteStore, issue: Issue) -> Callable[[Claim], Envelope]:
    composer = Composer(
        issue,
        papers=store.papers,
        renderer=DigestRenderer(IDENTITY),
        links=SignedLinks(IDENTITY.site_url, TokenSigner([KEY], clock=lambda: NOW)),
        clock=lambda: NOW,
    )
    return lambda claim: composer.compose(claim.delivery, claim.subscriber).envelope
