"""The page behind the links of a change of address: one for each of both mailboxes."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.web.site import Site
from newsletter.web.tokens import evidence_of, grant_of
from subscribers.address import mask
from subscribers.errors import DuplicateSubscriberError, SuppressedAddressError
from subscribers.moves import Mailbox, Move
from subscribers.tokens import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    """GET asks, POST agrees."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of changing the address."""
        return (
            Route("/m/{token}", self.show, methods=["GET"]),
            Route("/m/{token}", self.agree, methods=["POST"]),
        )

    def show(self, request: Request) -> Response:
        """Ask one mailbox whether it agrees."""
        move, mailbox = self._of(request)
        if move is None:
            return self._page(request, None, stage="gone")
        stage = "waiting" if mailbox in move.agreed else "ask"
        return self._page(request, move, stage=stage)

    def agree(self, request: Request) -> Response:
        """Take the word of one mailbox; with the second, the address is changed."""
        move, mailbox = self._of(request)
        if move is None:
            return self._page(request, None, stage="gone")
        labels = self.site.pages.labels_for(request)
        evidence = evidence_of(request, page="/m", wording=labels.text("move_consent"))
        try:
            moved = self.site.office.moving.agree(move, mailbox, evidence)
        except (DuplicateSubscriberError, SuppressedAddressError):
            return self._page(request, None, stage="gone")
        self.site.wake_post()
        return self._page(request, move, stage="waiting" if moved is None else "done")

    def _of(self, request: Request) -> tuple[Move | None, Mailbox]:
        """Return the move, if it is still open, and which mailbox speaks."""
        grant = grant_of(self.site, request, Purpose.MOVE)
        mailbox, _, move_id = grant.extra.partition(":")
        return self.site.office.moving.find(grant.subscriber_id, move_id), Mailbox(mailbox)

    def _page(self, request: Request, move: Move | None, *, stage: str) -> Response:
        return self.site.pages.page(
            request, "move.html.j2", stage=stage, address=mask(move.address) if move else ""
        )
