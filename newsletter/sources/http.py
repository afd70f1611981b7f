"""The one way to arXiv: one session, one connection, one pace, one policy.

Everything that asks arXiv, the ``arxiv`` package's client too, goes through ``PacedAdapter``.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import requests
import urllib3
from requests.adapters import HTTPAdapter

from newsletter.errors import (
    NewsletterError,
    SourceUnavailableError,
    SourceUnreachableError,
    ThrottledError,
)
from newsletter.ports import Gate
from newsletter.sources.failures import as_newsletter_error
from newsletter.sources.retrying import (
    THROTTLING_STATUSES,
    RetryPolicy,
    is_rate_exceeded,
    parse_retry_after,
)

MAX_BODY_BYTES = 30_000_000
_CHUNK_BYTES = 65_536
_MAX_REDIRECTS = 3
_MOST_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer of arXiv that is not a refusal to answer.

    Attributes:
        body: decoded from the transfer's compression, as it came otherwise.
    """

    url: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large an answer may be.

    Attributes:
        timeout_s: to connect, and between two pieces of the answer.
        request_s: for one whole answer.
        body_bytes: of one answer, decompressed.
    """

    timeout_s: float = 30.0
    request_s: float = 120.0
    body_bytes: int = MAX_BODY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How time passes; tests have their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic


class PacedAdapter(HTTPAdapter):
    """Send requests at arXiv's pace, with time-outs, limits and retries; raise only our errors."""

    def __init__(
        self, gate: Gate, *, user_agent: str, limits: Limits, policy: RetryPolicy, timing: Timing
    ) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._gate = gate
        self._user_agent = user_agent
        self._limits = limits
        self._policy = policy
        self._timing = timing

    def send(
        self, request: requests.PreparedRequest, *_: object, **options: object
    ) -> requests.Response:
        """Return the first answer that is one; time-outs and streaming are ours to decide.

        Raises:
            NewsletterError: nobody answered, or arXiv asked us to wait for too long.
        """
        request.headers["User-Agent"] = self._user_agent
        started = self._timing.monotonic()
        attempt = 1
        while True:
            try:
                return self._ask_once(request, options)
            except (SourceUnavailableError, ThrottledError) as error:
                self._wait_after(error, attempt, started)
                attempt += 1

    def _wait_after(self, error: NewsletterError, attempt: int, started: float) -> None:
        """Wait before the next attempt, or raise ``error`` when there is to be none."""
        if error.retry_after_s is not None:
            self._gate.hold(min(error.retry_after_s, self._policy.longest_wait_s))
        futile = isinstance(error, SourceUnreachableError) and attempt >= _MOST_CONNECTIONS
        wait_s = None if futile else self._policy.wait_s(attempt, error.retry_after_s)
        if wait_s is None or self._timing.monotonic() - started + wait_s > self._policy.total_s:
            raise error
        if isinstance(error, SourceUnreachableError):
            self._policy.tell(f"{error}: trying again …")
        self._timing.sleep(wait_s)

    def _ask_once(
        self, request: requests.PreparedRequest, options: Mapping[str, object]
    ) -> requests.Response:
        self._gate.wait()
        timeout = (self._limits.timeout_s, self._limits.timeout_s)
        ours = {**options, "stream": True, "timeout": timeout}
        try:
            response = super().send(request, **ours)  # type: ignore[arg-type]  # the session's own
            try:
                body = self._read_body(response)
            finally:
                response.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise as_newsletter_error(error, url=str(request.url)) from error
        response._content = body  # noqa: SLF001  # what requests itself does after reading
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001  # not in its types
        _raise_for_refusal(response)
        return response

    def _read_body(self, response: requests.Response) -> bytes:
        deadline = self._timing.monotonic() + self._limits.request_s
        parts: list[bytes] = []
        size = 0
        while part := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self._limits.body_bytes:
                raise SourceUnavailableError(
                    f"{response.url} sends more than {self._limits.body_bytes} bytes"
                )
            if self._timing.monotonic() > deadline:
                raise SourceUnavailableError(
                    f"{response.url} takes more than {self._limits.request_s:g} s"
                )
        return b"".join(parts)


def _raise_for_refusal(response: requests.Response) -> None:
    place = response.url.partition("?")[0]
    status = response.status_code
    retry_after_s = parse_retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC))
    if status in THROTTLING_STATUSES:
        raise ThrottledError(f"{place} asks us to wait ({status})", retry_after_s=retry_after_s)
    if status == requests.codes.ok and is_rate_exceeded(response.content):
        raise ThrottledError(
            f"{place} asks us to wait (Rate exceeded.)", retry_after_s=retry_after_s
        )
    if status >= requests.codes.internal_server_error:
        raise SourceUnavailableError(
            f"{place} answers with HTTP {status}", retry_after_s=retry_after_s
        )


class ArxivHttp:
    """Ask arXiv politely. ``session`` may be lent to other clients; close when done."""

    def __init__(
        self,
        gate: Gate,
        *,
        contact: str = "",
        limits: Limits | None = None,
        policy: RetryPolicy | None = None,
        timing: Timing | None = None,
    ) -> None:
        adapter = PacedAdapter(
            gate,
            user_agent=user_agent(contact),
            limits=limits or Limits(),
            policy=policy or RetryPolicy(),
            timing=timing or Timing(),
        )
        self.session = requests.Session()
        self.session.max_redirects = _MAX_REDIRECTS
        self.session.adapters.clear()
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def get(self, url: str) -> Page:
        """Return the page at ``url``, whatever its status says short of a refusal.

        Raises:
            SourceError: nobody answered, or arXiv asked us to wait for too long.
            ConfigurationError: the address is none.
        """
        try:
            response = self.session.get(url)
        except requests.RequestException as error:
            raise as_newsletter_error(error, url=url) from error
        return Page(url=response.url, status=response.status_code, body=response.content)

    def close(self) -> None:
        """Close the connection."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def user_agent(contact: str) -> str:
    """Say who asks, with whom to contact: arXiv's terms ask for it.

    Source: https://info.arxiv.org/help/api/tou.html
    """
    name = f"arxiv-newsletter/{version('arxiv-newsletter')}"
    safe = "".join(char for char in contact if char.isascii() and char.isprintable()).strip()
    return f"{name} ({safe})" if safe else name
