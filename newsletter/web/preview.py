"""The live preview: what today's digest would have been under these interests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from newsletter.render.labels import Labels
from newsletter.web.forms import MAX_FIELDS, read_form
from newsletter.web.keyword_counts import keyword_lines
from newsletter.web.paper_cards import ranking_cards
from newsletter.web.preview_wishes import Wishes, read_wishes
from newsletter.web.site import Site
from newsletter.web.snapshots import Snapshots
from subscribers.categories import CATEGORIES

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

SHOWN_PAPERS: Final = 10
MAX_TEXT_CHARS: Final = 20_000
FRAGMENT_HEADER: Final = "x-fragment"


class Preview:
    """Answer with the preview: a whole page, or the part of it that a script asks for."""

    def __init__(self, site: Site, snapshots: Snapshots) -> None:
        self._site = site
        self._snapshots = snapshots

    async def answer(self, request: Request) -> HTMLResponse:
        """Answer one request."""
        fields = await _fields(request)
        snapshot = await self._snapshots.current()
        labels = self._site.pages.labels_for(request)
        is_fragment = request.headers.get(FRAGMENT_HEADER) == "preview"
        html = await run_in_threadpool(
            self._make,
            fields,
            labels,
            snapshot=snapshot,
            is_fragment=is_fragment,
            is_chosen="lang" in request.query_params,
        )
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "Vary": "X-Fragment"})

    def _make(
        self,
        fields: Sequence[tuple[str, str]],
        labels: Labels,
        *,
        snapshot: "Snapshot",
        is_fragment: bool,
        is_chosen: bool,
    ) -> str:
        wishes = read_wishes(fields, template=self._site.app.house.interests)
        name = "_preview.html.j2" if is_fragment else "preview.html.j2"
        values = preview_values(wishes, snapshot, labels)
        values["is_fragment"] = is_fragment
        if not is_fragment:
            values["all_categories"] = CATEGORIES
        return self._site.pages.html(name, labels, path="/preview", is_chosen=is_chosen, **values)


def preview_values(wishes: Wishes, snapshot: "Snapshot", labels: Labels) -> dict[str, object]:
    """Return what the templates of the preview need."""
    on = snapshot.latest_on
    has_papers = on is not None and not wishes.is_empty
    ranking = (
        snapshot.rank(wishes.interests, on=on, limit=SHOWN_PAPERS) if on and has_papers else None
    )
    counts = snapshot.count_keywords(wishes.interests) if has_papers else None
    return {
        "wishes": wishes,
        "day": labels.day(on) if on else "",
        "matched": ranking.matched if ranking else 0,
        "cards": ranking_cards(ranking, labels) if ranking else (),
        "keywords": keyword_lines(counts) if counts else (),
        "since": labels.short_day(counts.first_on) if counts else "",
        "counted": counts.papers if counts else 0,
    }


async def _fields(request: Request) -> list[tuple[str, str]]:
    """Return the names and texts of a form, or of the query."""
    if request.method == "POST":
        pairs = (await read_form(request)).fields
    else:
        pairs = tuple(request.query_params.multi_items())
    return [(name, text[:MAX_TEXT_CHARS]) for name, text in pairs[:MAX_FIELDS]]
