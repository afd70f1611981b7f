"""The page behind the link of the confirmation mail. Only its button begins the mails."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.people.letters import when_sent
from newsletter.web.site import Site
from newsletter.web.tokens import evidence_of, reader_of
from subscribers.model import Subscriber, SubscriberState
from subscribers.tokens import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """GET shows a button, POST presses it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route of confirming."""
        return (
            Route("/c/{token}", self.show, methods=["GET"]),
            Route("/c/{token}", self.confirm, methods=["POST"]),
        )

    def show(self, request: Request) -> Response:
        """Ask for the confirmation, or say that it was given already."""
        reader = reader_of(self.site, request, Purpose.CONFIRM)
        if reader.state is not SubscriberState.PENDING:
            return self._done(request, reader)
        return self.site.pages.page(
            request, "confirm.html.j2", language=reader.language, stage="ask"
        )

    def confirm(self, request: Request) -> Response:
        """Begin the mails; again is the same."""
        reader = reader_of(self.site, request, Purpose.CONFIRM)
        if reader.state is SubscriberState.PENDING:
            labels = self.site.pages.labels_for(request, reader.language)
            evidence = evidence_of(request, page="/c", wording=labels.text("confirm_consent"))
            reader = self.site.office.membership.confirm(reader.id, evidence)
            self.site.wake_post()
        return self._done(request, reader)

    def _done(self, request: Request, reader: Subscriber) -> Response:
        is_reading = reader.state in (SubscriberState.ACTIVE, SubscriberState.PAUSED)
        # Who has moved since has this link in the old mailbox: it must not open their page.
        may_tune = is_reading and reader.generation == 1
        labels = self.site.pages.labels_for(request, reader.language)
        return self.site.pages.page(
            request,
            "confirm.html.j2",
            language=reader.language,
            stage="done" if is_reading else "gone",
            when=when_sent(reader, labels),
            preferences=f"/p/{self.site.office.links.manage_token(reader)}" if may_tune else "",
        )
