"""One reader's digest on the web: what the mail shows, and what did not fit into it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter.delivery.plan import delivery_id
from newsletter.digests.assemble import assemble
from newsletter.model import Digest, Entry
from newsletter.web.paper_cards import entry_cards
from newsletter.web.site import Site
from newsletter.web.snapshots import Snapshots
from newsletter.web.tokens import grant_of, reader_of
from newsletter.web.told import find_summaries
from subscribers.model import Subscriber
from subscribers.tokens import Purpose

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

MAX_MORE: Final = 200


@dataclass(frozen=True, slots=True)
class ViewPage:
    """GET shows a digest; whoever has the link may read it, and can do nothing else with it."""

    site: Site
    snapshots: Snapshots

    async def answer(self, request: Request) -> Response:
        """Answer one request.

        Raises:
            InvalidTokenError, UnknownSubscriberError: the link is no good, or not any more.
        """
        snapshot = await self.snapshots.current()
        return await run_in_threadpool(self._show, request, snapshot)

    def _show(self, request: Request, snapshot: "Snapshot") -> Response:
        reader = reader_of(self.site, request, Purpose.VIEW)
        labels = self.site.pages.labels_for(request, reader.language)
        digest = self._digest(request, reader, language=labels.tag)
        issue = digest.issue
        wanted = reader.interests.categories
        return self.site.pages.page(
            request,
            "view.html.j2",
            language=reader.language,
            day=labels.days(issue.first_on, issue.last_on),
            digest=digest,
            cards=entry_cards(digest.entries, labels),
            more=entry_cards(self._more(digest, snapshot), labels),
            missing=[n for n in issue.missing_categories if not wanted or n in wanted],
        )

    def _digest(self, request: Request, reader: Subscriber, *, language: str) -> Digest:
        """Return the digest as it was planned; raise 404 when it is not there any more."""
        grant = grant_of(self.site, request, Purpose.VIEW)
        issue = self.site.store.ledger.issue(grant.extra)
        planned = self.site.store.ledger.delivery(delivery_id(grant.extra, reader.id))
        if issue is None or planned is None:
            raise HTTPException(404)
        papers = self.site.store.papers.known_papers([pick.paper_id for pick in planned.picks])
        summaries = find_summaries(self.site, list(papers.values()), language)
        return assemble(issue, planned, subscriber=reader, papers=papers, summaries=summaries)

    def _more(self, digest: Digest, snapshot: "Snapshot") -> tuple[Entry, ...]:
        """Return what else fits the reader by today's interests, after the picks."""
        if not digest.omitted:
            return ()
        on, shown = digest.issue.last_on, {entry.paper.id for entry in digest.entries}
        ranking = snapshot.rank(digest.subscriber.interests, on=on, limit=0)
        rest = [pair for pair in ranking.top if pair[0].id not in shown][:MAX_MORE]
        first = len(digest.entries) + 1
        return tuple(
            Entry(rank=rank, paper=paper, score=score)
            for rank, (paper, score) in enumerate(rest, start=first)
        )
