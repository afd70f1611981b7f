"""Leaving: one click from the mail program (RFC 8058), or a page with a button."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.web.site import Site
from newsletter.web.tokens import evidence_of, grant_of
from subscribers.errors import UnknownSubscriberError
from subscribers.model import Frequency, Subscriber, SubscriberState
from subscribers.tokens import Purpose

_READING = (SubscriberState.ACTIVE, SubscriberState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribePage:
    """GET shows a button. POST leaves, whatever its body is, and whoever sends it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of leaving, of less mail instead, and of coming back."""
        return (
            Route("/u/{token}", self.show, methods=["GET"]),
            Route("/u/{token}", self.leave, methods=["POST"]),
            Route("/u/{token}/weekly", self.read_weekly, methods=["POST"]),
            Route("/undo/{token}", self.show_undo, methods=["GET"]),
            Route("/undo/{token}", self.undo, methods=["POST"]),
        )

    def show(self, request: Request) -> Response:
        """Ask, and offer fewer mails instead."""
        reader = self._reader(request)
        if reader is None or reader.state not in (*_READING, SubscriberState.PENDING):
            return self._page(request, reader, stage="gone")
        is_weekly = reader.cadence.frequency is Frequency.WEEKLY
        may_have_less = reader.state in _READING and not is_weekly
        return self._page(request, reader, stage="ask", may_have_less=may_have_less)

    async def leave(self, request: Request) -> Response:
        """Leave at once. The body is read to its end and not looked at.

        Mail programs send ``List-Unsubscribe=One-Click`` in either encoding, or nothing.
        """
        async for _ in request.stream():
            pass
        return await run_in_threadpool(self._leave, request)

    def read_weekly(self, request: Request) -> Response:
        """Change to one mail a week instead of leaving."""
        reader = self._reader(request)
        if reader is None or reader.state not in _READING:
            return self._page(request, reader, stage="gone")
        reader = self.site.office.membership.read_weekly(reader.id)
        return self._page(request, reader, stage="weekly")

    def show_undo(self, request: Request) -> Response:
        """Ask whether to come back: who reloads the page that said so gets here."""
        grant = grant_of(self.site, request, Purpose.UNDO)
        reader = self.site.store.subscribers.get(grant.subscriber_id)
        return self._page(request, reader, stage="undo", undo=request.path_params["token"])

    def undo(self, request: Request) -> Response:
        """Come back, as if nothing had happened."""
        grant = grant_of(self.site, request, Purpose.UNDO)
        reader = self.site.office.membership.get(grant.subscriber_id)
        labels = self.site.pages.labels_for(request, reader.language)
        evidence = evidence_of(request, page="/undo", wording=labels.text("undo_consent"))
        revision = int(grant.extra) if grant.extra.isdecimal() else 0
        reader = self.site.office.membership.come_back(reader.id, revision, evidence)
        return self._page(request, reader, stage="back")

    def _leave(self, request: Request) -> Response:
        reader = self._reader(request)
        if reader is None:
            return self._page(request, None, stage="gone")
        before = reader.state
        evidence = evidence_of(request, page="/u", wording="List-Unsubscribe=One-Click")
        try:
            reader = self.site.office.membership.leave(reader.id, evidence)
        except UnknownSubscriberError:
            return self._page(request, None, stage="gone")
        self.site.wake_post()
        undo = self.site.office.links.undo_token(reader) if before in _READING else ""
        return self._page(request, reader, stage="left", undo=undo)

    def _reader(self, request: Request) -> Subscriber | None:
        """Return the reader; None when they were erased: they get no mail then either."""
        grant = grant_of(self.site, request, Purpose.UNSUBSCRIBE)
        return self.site.store.subscribers.get(grant.subscriber_id)

    def _page(
        self,
        request: Request,
        reader: Subscriber | None,
        *,
        stage: str,
        may_have_less: bool = False,
        undo: str = "",
    ) -> Response:
        return self.site.pages.page(
            request,
            "unsubscribe.html.j2",
            language=reader.language if reader else None,
            stage=stage,
            may_have_less=may_have_less,
            may_return=reader is not None and reader.state is SubscriberState.UNSUBSCRIBED,
            undo=undo,
            token=request.path_params["token"],
        )
