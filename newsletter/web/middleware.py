"""What stands before every route: limits, where a POST comes from, headers of the answer."""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.web.clients import KEY, ClientFinder
from newsletter.web.security import (
    ELSEWHERE,
    EVERYWHERE,
    ON_TOKEN_PAGES,
    is_token_path,
    may_post,
)

MAX_HEADER_BYTES: Final = 16 * 1024
MAX_PATH_CHARS: Final = 1000

_Raw = list[tuple[bytes, bytes]]


class Guard:
    """Refuse what no page of ours sends, find the client, and mark the answers.

    Args:
        app: what comes behind.
        site_url: the newsletter's own address.
        clients: finds who asks.
    """

    def __init__(self, app: ASGIApp, *, site_url: str, clients: ClientFinder) -> None:
        self._app = app
        self._site_url = site_url
        self._clients = clients
        self._on_tokens = _raw(EVERYWHERE | ON_TOKEN_PAGES)
        self._elsewhere = _raw(EVERYWHERE | ELSEWHERE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope[KEY] = self._clients.find(scope, headers.get("x-forwarded-for", ""))
        marked = self._marked(scope["path"], send)
        refusal = self._refusal(scope, headers)
        await (refusal or self._app)(scope, receive, marked)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size > MAX_HEADER_BYTES:
            return PlainTextResponse("Request header fields too large\n", status_code=431)
        if len(scope["path"]) > MAX_PATH_CHARS:
            return PlainTextResponse("URI too long\n", status_code=414)
        is_read = scope["method"] in ("GET", "HEAD", "OPTIONS")
        if is_read or may_post(headers, path=scope["path"], site_url=self._site_url):
            return None
        return PlainTextResponse("This form was sent from another site.\n", status_code=403)

    def _marked(self, path: str, send: Send) -> Send:
        extra = self._on_tokens if is_token_path(path) else self._elsewhere

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _merged(message["headers"], extra)
            await send(message)

        return marked


def _raw(headers: dict[str, str]) -> _Raw:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _merged(given: _Raw, extra: _Raw) -> _Raw:
    """Add our headers, in the place of any of the same name."""
    ours = {name for name, _ in extra}
    return [pair for pair in given if pair[0] not in ours] + extra
