"""An endpoint for pages that are the same for everybody: made once, then sent from memory."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from newsletter.render.cache import LruCache
from newsletter.render.labels import Labels
from newsletter.web.cache import HTML, StoredPage, store_page
from newsletter.web.snapshots import Snapshots
from newsletter.web.templates import Pages

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

MINUTE: Final = "public, max-age=60"
MAX_QUERY_FIELDS: Final = 20
MAX_PARAM_CHARS: Final = 200
KNOWN_LANGUAGES: Final = 512

_OF_BODIES: Final = (b"content-type", b"content-length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a page is made from.

    Attributes:
        params: of the path and of the query, those that the page knows.
        is_chosen: the visitor chose the language by ``?lang=``.
    """

    snapshot: "Snapshot"
    labels: Labels
    path: str
    params: Mapping[str, str]
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page, made."""

    text: str
    content_type: str = HTML
    cache_control: str = MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The page has another address."""

    url: str


Make = Callable[[Visit], Made | Elsewhere]
"""Make a page; raise ``HTTPException`` where there is none."""


@dataclass(slots=True)
class _Languages:
    """Remember which labels go with which headers."""

    pages: Pages
    known: LruCache[tuple[str, bytes], Labels] = field(
        default_factory=lambda: LruCache(KNOWN_LANGUAGES)
    )

    def choose(self, scope: Scope, headers: Mapping[bytes, bytes], lang: str) -> Labels:
        key = (lang, headers.get(b"accept-language", b"")[:MAX_PARAM_CHARS])
        return self.known.get_or_make(key, lambda: self.pages.labels_for(Request(scope)))


class PublicPage:
    """Answer GET and HEAD from memory, by validators where the visitor has the page already.

    Args:
        make: makes the page; in a thread of its own.
        snapshots: what it is made from; its pages are forgotten with it.
        pages: knows the languages.
        query: the names in the query that make it another page.
    """

    def __init__(
        self, make: Make, *, snapshots: Snapshots, pages: Pages, query: Sequence[str] = ()
    ) -> None:
        self._make = make
        self._snapshots = snapshots
        self._query = frozenset(query)
        self._languages = _Languages(pages)
        self._making: dict[tuple[str, ...], asyncio.Task[StoredPage | Elsewhere]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        query = _read_query(scope["query_string"]) if scope["query_string"] else {}
        labels = self._languages.choose(scope, headers, query.get("lang", ""))
        known = {name: value for name, value in query.items() if name in self._query}
        pairs = (f"{name}={value}" for name, value in sorted(known.items()))
        key = (scope["path"], labels.tag, "lang" if "lang" in query else "", *pairs)
        snapshot = await self._snapshots.current()
        page: StoredPage | Elsewhere | None = snapshot.pages.get(key)
        if page is None:
            visit = Visit(
                snapshot=snapshot,
                labels=labels,
                path=scope["path"],
                params={**known, **{n: str(v) for n, v in scope["path_params"].items()}},
                is_chosen="lang" in query,
            )
            page = await self._make_once(key, visit)
        if isinstance(page, Elsewhere):
            await RedirectResponse(page.url, status_code=301)(scope, receive, send)
        else:
            await _send_page(page, scope["method"], headers, send)

    async def _make_once(self, key: tuple[str, ...], visit: Visit) -> StoredPage | Elsewhere:
        """Make a page, once for all who ask for it at the same time."""
        task = self._making.get(key)
        if task is None:
            task = asyncio.ensure_future(run_in_threadpool(self._make_and_keep, key, visit))
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    def _make_and_keep(self, key: tuple[str, ...], visit: Visit) -> StoredPage | Elsewhere:
        made = self._make(visit)
        if isinstance(made, Elsewhere):
            return made
        page = store_page(
            made.text.encode("utf-8", "replace"),
            content_type=made.content_type,
            cache_control=made.cache_control,
            modified_at=visit.snapshot.made_at,
        )
        visit.snapshot.pages.put(key, page)
        return page


async def _send_page(
    page: StoredPage, method: str, headers: Mapping[bytes, bytes], send: Send
) -> None:
    if page.is_known_to(headers):
        kept = [
            pair for pair in page.headers if pair[0] not in (b"content-type", b"content-length")
        ]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    is_packed = page.packed is not None and b"gzip" in headers.get(b"accept-encoding", b"")
    body = page.packed if is_packed and page.packed is not None else page.body
    sent = page.packed_headers if is_packed else page.headers
    await send({"type": "http.response.start", "status": 200, "headers": list(sent)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _read_query(raw: bytes) -> dict[str, str]:
    """Return the fields of a query, the first of each name, shortened; nothing of a flood."""
    try:
        pairs = parse_qsl(raw.decode("latin-1"), errors="replace", max_num_fields=MAX_QUERY_FIELDS)
    except ValueError:
        return {}
    return {name: value[:MAX_PARAM_CHARS] for name, value in reversed(pairs)}
