"""The web application: routes of both rooms behind one set of guards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from newsletter.bootstrap import App
from newsletter.people.post import PostWorker
from newsletter.ports import Store
from newsletter.web import pages, subscription
from newsletter.web.clients import ClientFinder
from newsletter.web.errors import ErrorPages
from newsletter.web.last_resort import LastResort
from newsletter.web.middleware import Guard
from newsletter.web.opening import open_office
from newsletter.web.security import refuse_default_secrets
from newsletter.web.site import ANSWER_TAKES_S, Site
from newsletter.web.templates import Pages

MAX_BODY_BYTES = 256 * 1024


def make_site(
    app: App, store: Store, *, answer_takes_s: float = ANSWER_TAKES_S
) -> tuple[Site, PostWorker]:
    """Put together what the routes need, and the thread that sends their mails, not yet begun.

    Raises:
        ConfigurationError: a key of links or hashes can be guessed.
    """
    refuse_default_secrets(app.secrets())
    house = app.house
    office = open_office(app, store)
    worker = PostWorker(post=office.post, chores=office.do_chores)
    site = Site(
        app=app,
        store=store,
        pages=Pages(title=house.title, url=house.site_url),
        office=office,
        summaries=app.shelf(store),
        wake_post=worker.wake,
        answer_takes_s=answer_takes_s,
    )
    return site, worker


def create_app(app: App, store: Store, *, answer_takes_s: float = ANSWER_TAKES_S) -> Starlette:
    """Put the site together over an open store, which stays open when the site is gone.

    Args:
        app: the program.
        store: shared by all requests.
        answer_takes_s: see ``Site``.
    """
    site, worker = make_site(app, store, answer_takes_s=answer_takes_s)
    snapshots = pages.make_snapshots(site)
    errors = ErrorPages(site.pages)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        snapshots.warm_up()
        worker.start()
        yield
        worker.stop()
        snapshots.close()

    clients = ClientFinder(app.settings.web.proxies)
    made = Starlette(
        routes=[*subscription.routes(site), *pages.routes(site, snapshots)],
        middleware=[
            Middleware(Guard, site_url=app.house.site_url, clients=clients),
            Middleware(LastResort, answer=errors.unexpected),
            Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES),
        ],
        exception_handlers=errors.handlers(),
        lifespan=lifespan,
    )
    # A mail program must never be sent elsewhere, not even to the same path without its slash.
    made.router.redirect_slashes = False
    made.state.site = site
    return made
