"""Who stands behind a link."""

from starlette.requests import Request

from newsletter.web.clients import client_of
from newsletter.web.site import Site
from subscribers.consent import MAX_WORDING_CHARS, Evidence
from subscribers.errors import InvalidTokenError, UnknownSubscriberError
from subscribers.model import Subscriber
from subscribers.networks import kept_network
from subscribers.tokens import Grant, Purpose


def grant_of(site: Site, request: Request, purpose: Purpose) -> Grant:
    """Return what the token in the path says.

    Raises:
        InvalidTokenError, ExpiredTokenError: see ``TokenSigner.verify``.
    """
    return site.office.tokens.verify(purpose, request.path_params["token"])


def reader_of(site: Site, request: Request, purpose: Purpose) -> Subscriber:
    """Return the reader whose token stands in the path.

    Raises:
        InvalidTokenError, ExpiredTokenError: see ``TokenSigner.verify``; also for a link that
            was mailed to another address than the reader has now.
        UnknownSubscriberError: there is no such reader any more.
    """
    grant = grant_of(site, request, purpose)
    reader = site.store.subscribers.get(grant.subscriber_id)
    if reader is None:
        raise UnknownSubscriberError("there is no subscription behind this link any more")
    if not grant.fits(reader):
        raise InvalidTokenError("this link was mailed to another address than the reader has now")
    return reader


def evidence_of(request: Request, *, page: str, wording: str) -> Evidence:
    """Return what the consent log keeps of a request."""
    return Evidence(
        page=page,
        wording=wording[:MAX_WORDING_CHARS],
        network=kept_network(client_of(request)),
    )
