"""Finished pages in memory: bytes with the validators that browsers ask by."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from threading import Lock
from typing import Final

HTML: Final = "text/html; charset=utf-8"
MIN_GZIP_BYTES: Final = 1_000
GZIP_LEVEL: Final = 6

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """One answer, ready to be sent.

    Attributes:
        body, packed: the bytes, plain and by gzip; ``packed`` is None where it would not pay.
        headers, packed_headers: of each, all but those that middleware adds.
        modified_at: when what it shows was changed last, in whole seconds.
    """

    body: bytes
    packed: bytes | None
    headers: Headers
    packed_headers: Headers
    etag: bytes
    modified_at: datetime

    @property
    def size(self) -> int:
        """Return how many bytes it keeps in memory, about."""
        return len(self.body) + len(self.packed or b"") + 1_000

    def is_known_to(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether the visitor has this very page already. Source: RFC 9110, 13.2.2."""
        if (tags := headers.get(b"if-none-match")) is not None:
            names = {tag.strip().removeprefix(b"W/") for tag in tags.split(b",")}
            return b"*" in names or self.etag.removeprefix(b"W/") in names
        since = headers.get(b"if-modified-since")
        return since is not None and _is_since(since, self.modified_at)


def store_page(
    body: bytes,
    *,
    content_type: str = HTML,
    cache_control: str,
    modified_at: datetime,
) -> StoredPage:
    """Make a page ready to be sent, again and again."""
    # Weak, for it is the same for both encodings. Source: RFC 9110, 8.8.3.3
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'.encode()
    packed = gzip.compress(body, GZIP_LEVEL, mtime=0) if len(body) >= MIN_GZIP_BYTES else None
    shared = (
        (b"content-type", content_type.encode()),
        (b"cache-control", cache_control.encode()),
        (b"etag", tag),
        (b"last-modified", format_datetime(modified_at.astimezone(UTC), usegmt=True).encode()),
        (b"vary", b"Accept-Encoding, Accept-Language"),
    )
    return StoredPage(
        body=body,
        packed=packed,
        headers=(*shared, _length(body)),
        packed_headers=(*shared, (b"content-encoding", b"gzip"), _length(packed or b"")),
        etag=tag,
        modified_at=modified_at.replace(microsecond=0),
    )


class PageCache:
    """Keep the pages used last, up to ``max_bytes`` together; safe to share between threads."""

    def __init__(self, max_bytes: int, *, max_age_s: float, now_s: Callable[[], float]) -> None:
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._now_s = now_s
        self._bytes = 0
        self._pages: OrderedDict[tuple[str, ...], tuple[float, StoredPage]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: tuple[str, ...]) -> StoredPage | None:
        """Return the page, unless it is unknown or too old."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or self._now_s() - kept[0] > self._max_age_s:
                return None
            self._pages.move_to_end(key)
            return kept[1]

    def put(self, key: tuple[str, ...], page: StoredPage) -> None:
        """Keep a page; those not used for longest make room."""
        with self._lock:
            self._drop(key)
            self._pages[key] = (self._now_s(), page)
            self._bytes += page.size
            while self._bytes > self._max_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: tuple[str, ...]) -> None:
        if (kept := self._pages.pop(key, None)) is not None:
            self._bytes -= kept[1].size


def _length(body: bytes) -> tuple[bytes, bytes]:
    return (b"content-length", str(len(body)).encode())


def _is_since(header: bytes, modified_at: datetime) -> bool:
    try:
        since = parsedate_to_datetime(header.decode("latin-1"))
    except ValueError:
        return False
    return modified_at <= (since if since.tzinfo else since.replace(tzinfo=UTC))
