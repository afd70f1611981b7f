"""What goes wrong, as a page: what it is, and what to do. Never a trace, a token or an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter.errors import StoreError
from newsletter.log import get_logger
from newsletter.people.errors import TooManyRequestsError
from newsletter.web.renew import RENEWABLE
from newsletter.web.templates import Pages
from subscribers.errors import (
    ExpiredTokenError,
    InvalidTokenError,
    InvalidTransitionError,
    StaleRevisionError,
    SuppressedAddressError,
    UnknownSubscriberError,
)
from subscribers.tokens import Purpose

_PURPOSES: Final[Mapping[str, Purpose]] = {
    "c": Purpose.CONFIRM,
    "p": Purpose.MANAGE,
    "f": Purpose.FEEDBACK,
    "d": Purpose.EXPORT,
    "e": Purpose.ERASE,
    "m": Purpose.MOVE,
    "undo": Purpose.UNDO,
}
_KNOWN: Final = frozenset({400, 403, 404, 405, 413, 415})


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Answer with the page of an error."""

    pages: Pages

    def handlers(self) -> Mapping[Any, Any]:
        """Return which error is answered how."""
        return {
            HTTPException: self.refused,
            InvalidTokenError: self.wrong_link,
            ExpiredTokenError: self.expired_link,
            UnknownSubscriberError: self.wrong_link,
            InvalidTransitionError: self.too_late,
            StaleRevisionError: self.too_late,
            SuppressedAddressError: self.too_late,
            TooManyRequestsError: self.too_many,
            StoreError: self.no_store,
        }

    def refused(self, request: Request, error: HTTPException) -> Response:
        """Answer what the routes refuse: no such page, no such method, a body too large."""
        status = error.status_code
        name = str(status) if status in _KNOWN else "400"
        answer = self._page(request, name, status)
        for header, value in (error.headers or {}).items():
            answer.headers[header] = value
        return answer

    def wrong_link(self, request: Request, _: Exception) -> Response:
        """Answer a link that is not complete, or whose reader is gone."""
        return self._page(request, "link", 404)

    def expired_link(self, request: Request, error: ExpiredTokenError) -> Response:
        """Answer a link that was good once: say how long ago, and offer a new one."""
        purpose = _PURPOSES.get(request.url.path.split("/", 2)[1])
        may_renew = purpose in RENEWABLE
        days, hours = divmod(int(error.expired_for_s // 3600), 24)
        return self.pages.page(
            request,
            "error.html.j2",
            status=410,
            what="expired",
            days=days,
            hours=hours,
            token=request.path_params.get("token", "") if may_renew else "",
            purpose=purpose.value if purpose and may_renew else "",
        )

    def too_late(self, request: Request, _: Exception) -> Response:
        """Answer a step that the record does not allow any more."""
        return self._page(request, "late", 409)

    def too_many(self, request: Request, error: TooManyRequestsError) -> Response:
        """Answer one wish too many."""
        answer = self._page(request, "many", 429)
        answer.headers["Retry-After"] = str(int(error.retry_after_s or 60) + 1)
        return answer

    def no_store(self, request: Request, error: StoreError) -> Response:
        """Answer while the database cannot be used: mail programs try again by themselves."""
        get_logger().error("request.failed", why=str(error))
        answer = self._page(request, "store", 503)
        answer.headers["Retry-After"] = "30"
        return answer

    def unexpected(self, request: Request, error: Exception) -> Response:
        """Answer a bug of ours; the log has the trace, without the path: tokens are in it."""
        get_logger().error("request.crashed", method=request.method, exc_info=error)
        return self._page(request, "500", 500)

    def _page(self, request: Request, name: str, status: int) -> Response:
        return self.pages.page(
            request,
            "error.html.j2",
            status=status,
            what=name,
            days=0,
            hours=0,
            token="",
            purpose="",
        )
