"""The web application: routes of both rooms behind one set of guards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from newsletter.bootstrap import App
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web import pages, subscription
from newsletter.web.site import Site
from newsletter.web.templates import Pages

MAX_BODY_BYTES = 256 * 1024


def create_app(app: App, store: SqliteStore) -> Starlette:
    """Put the site together over an open store, which stays open when the site is gone."""
    house = app.house
    site = Site(app=app, store=store, pages=Pages(title=house.title, url=house.site_url))
    snapshots = pages.make_snapshots(site)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        snapshots.warm_up()
        yield
        snapshots.close()

    return Starlette(
        routes=[*subscription.routes(site), *pages.routes(site, snapshots)],
        max_body_size=MAX_BODY_BYTES,
        lifespan=lifespan,
    )
