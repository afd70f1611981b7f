"""All routes that are the same for everybody, and the preview."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.web import archive, feeds, home, issue_page, paper_page
from newsletter.web.assets import FOREVER, TYPES
from newsletter.web.preview import Preview
from newsletter.web.public_page import Elsewhere, Made, PublicPage, Visit
from newsletter.web.site import Site
from newsletter.web.snapshots import Snapshots
from newsletter.web.view_page import ViewPage

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

TEXT_PAGES: Final = ("help", "privacy")
PRIVATE_PATHS: Final = ("/c/", "/d/", "/e/", "/f/", "/feed/r/", "/m/", "/p/", "/u/", "/v/")


def routes(site: Site, snapshots: Snapshots | None = None) -> Sequence[BaseRoute]:
    """Return the public routes of a site."""
    kept = snapshots or make_snapshots(site)
    return (*_public_pages(site, kept), *_forms(site, kept), *_small_files(site))


def make_snapshots(site: Site, *, now_s: Callable[[], float] = time.monotonic) -> Snapshots:
    """Return what the public pages of a site are made from; nothing is read yet."""

    def make() -> "Snapshot":
        # Ranking takes a while to import: the first page waits for it, the start does not.
        from newsletter.ranking import RankingMethod  # noqa: PLC0415
        from newsletter.web.snapshot import Snapshot  # noqa: PLC0415

        return Snapshot(
            site.store,
            house=site.app.house,
            method=RankingMethod(site.app.settings.ranking.method),
            made_at=site.app.clock(),
            now_s=now_s,
        )

    return Snapshots(make, revision=site.store.archive.revision, now_s=now_s)


def _public_pages(site: Site, snapshots: Snapshots) -> Sequence[BaseRoute]:
    def page(path: str, make: Callable[[Site, Visit], Made | Elsewhere], *query: str) -> Route:
        endpoint = PublicPage(
            partial(make, site), snapshots=snapshots, pages=site.pages, query=query
        )
        return Route(path, endpoint, methods=["GET"])

    return (
        page("/", home.make_home),
        page("/i", archive.make_archive, "q", "page", "before"),
        page("/i/{issue}", issue_page.make_issue_page, "page", "category"),
        page("/a/{paper:path}", paper_page.make_paper_page),
        page("/feed/atom.xml", feeds.make_atom),
        page("/feed/rss.xml", feeds.make_rss),
        page("/feed/{category}.atom", feeds.make_category_feed),
        *(page(f"/{name}", _text_page(name)) for name in TEXT_PAGES),
    )


def _forms(site: Site, snapshots: Snapshots) -> Sequence[BaseRoute]:
    return (
        Route("/preview", Preview(site, snapshots).answer, methods=["GET", "POST"]),
        Route("/feed/r/{token}.atom", feeds.ReaderFeed(site, snapshots).answer, methods=["GET"]),
        Route("/v/{token}", ViewPage(site, snapshots).answer, methods=["GET"]),
    )


def _text_page(name: str) -> Callable[[Site, Visit], Made]:
    def make(site: Site, visit: Visit) -> Made:
        html = site.pages.html(
            f"{name}.html.j2",
            visit.labels,
            path=visit.path,
            is_chosen=visit.is_chosen,
            owner=site.app.settings.mail.reply_to,
            postal_address=site.app.settings.mail.postal_address,
        )
        return Made(text=html)

    return make


def _small_files(site: Site) -> Sequence[BaseRoute]:
    def asset(request: Request) -> Response:
        found = site.pages.assets.bodies.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        name, body = found
        return Response(body, headers={"Cache-Control": FOREVER, "Content-Type": TYPES[name]})

    def robots(_: Request) -> Response:
        lines = ("User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS))
        return PlainTextResponse("\n".join((*lines, "Disallow: /preview", "")))

    return (
        Route("/assets/{name}", asset, methods=["GET"]),
        Route("/robots.txt", robots, methods=["GET"]),
    )
