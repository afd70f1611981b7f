"""Bound a call as a whole: its time and its bytes, whatever the other side does.

The time-outs of the HTTP client count between two pieces; a side that sends a byte now and then
would never end. Hence every read gets what is left of the call.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2
import httpx2

MAX_ANSWER_BYTES = 2_000_000


class Allowance(threading.local):
    """What the call of this thread may still use."""

    ends_at: float | None = None
    bytes_left: int = MAX_ANSWER_BYTES

    def begin(self, timeout_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin a call."""
        self.ends_at = monotonic() + timeout_s
        self.bytes_left = MAX_ANSWER_BYTES

    def seconds(self, wanted_s: float | None) -> float:
        """Return how long one step may take; raise ``ReadTimeout`` when nothing is left."""
        if self.ends_at is None:
            return wanted_s if wanted_s is not None else 60.0
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the call took too long")
        return left if wanted_s is None else min(left, wanted_s)

    def count(self, size: int) -> None:
        """Count what came; raise ``ReadError`` when it is too much."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise httpcore2.ReadError(f"the answer has more than {MAX_ANSWER_BYTES} bytes")


class _BoundedStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, allowance: Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._allowance.seconds(timeout))
        self._allowance.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._allowance.seconds(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._allowance.seconds(timeout)
        inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        return _BoundedStream(inner, self._allowance)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the interface's
        return self._inner.get_extra_info(info)


class _BoundedBackend(httpcore2.NetworkBackend):
    def __init__(self, inner: httpcore2.NetworkBackend, allowance: Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._allowance.seconds(timeout)
        inner = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return _BoundedStream(inner, self._allowance)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def bounded_client(allowance: Allowance, *, connections: int) -> httpx2.Client:
    """Return an HTTP client whose calls keep to the allowance of their thread."""
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    client = httpx2.Client(
        limits=limits,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_refuse_compressed]},
    )
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - no other way
        if isinstance(transport, httpx2.HTTPTransport):
            pool: Any = transport._pool  # noqa: SLF001 - takes a backend, but only at its making
            pool._network_backend = _BoundedBackend(pool._network_backend, allowance)  # noqa: SLF001
    return client


def _refuse_compressed(response: httpx2.Response) -> None:
    """Refuse what could be larger than its bytes: we asked for nothing of the kind."""
    encoding = response.headers.get("content-encoding", "identity")
    if encoding.strip().lower() not in {"", "identity"}:
        raise httpx2.DecodingError(f"the answer is compressed ({encoding[:20]!r})")
