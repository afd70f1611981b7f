"""A link that was good once gets its holder a new one, to the address on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.web.clients import client_of
from newsletter.web.forms import Form, with_form
from newsletter.web.site import Site
from subscribers.errors import ExpiredTokenError, InvalidTokenError
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import NoticeKind
from subscribers.tokens import Purpose

_NEW_LINKS: Final = MappingProxyType(
    {
        Purpose.CONFIRM: NoticeKind.CONFIRM,
        Purpose.MANAGE: NoticeKind.RENEWAL,
        Purpose.FEEDBACK: NoticeKind.RENEWAL,
        Purpose.EXPORT: NoticeKind.EXPORT,
        Purpose.ERASE: NoticeKind.ERASE,
    }
)
"""Purpose of the old link → the mail with the new one; for others there is none."""

RENEWABLE: Final = frozenset(_NEW_LINKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewPage:
    """POST mails a new link; the answer is the same, whether there still is a reader or not."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route of new links."""
        return (Route("/renew", with_form(self._renew), methods=["POST"]),)

    def _renew(self, request: Request, form: Form) -> Response:
        kind, reader = self._expired(form)
        if reader is not None and _may_have(kind, reader):
            self.site.office.rights.request_link(reader, kind, client=client_of(request))
            self.site.wake_post()
        return RedirectResponse("/subscribe/sent", status_code=303)

    def _expired(self, form: Form) -> tuple[NoticeKind, Subscriber | None]:
        """Return what the holder of an expired link gets; a link that is still good needs none."""
        try:
            purpose = Purpose(form.first("purpose"))
            kind = _NEW_LINKS[purpose]
        except (ValueError, KeyError) as error:
            raise InvalidTokenError("there are no new links of this kind") from error
        try:
            grant = self.site.office.tokens.verify(purpose, form.first("token"))
        except ExpiredTokenError as error:
            return kind, self.site.store.subscribers.get(error.subscriber_id)
        return kind, self.site.store.subscribers.get(grant.subscriber_id)


def _may_have(kind: NoticeKind, reader: Subscriber) -> bool:
    if kind is NoticeKind.CONFIRM:
        return reader.state is SubscriberState.PENDING
    return reader.state in (SubscriberState.ACTIVE, SubscriberState.PAUSED)
