"""An arXiv on loopback: feeds, listings and search over real HTTP, with faults on demand.

By hand: ``python -m tests.servers.fake_arxiv --day 2025-12-19 --stale cs.AI --port 8100``.
"""

import argparse
import gzip
import json
import re
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from newsletter.sources.calendar import AnnouncementCalendar
from tests.servers.fake_arxiv_days import Record, archived_day, recorded_day, recorded_feed
from tests.servers.fake_arxiv_pages import feed_xml, listing_html, search_xml

CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
_WINDOW = re.compile(r"cat:(\S+) AND submittedDate:\[(\d{12}) TO (\d{12})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent: ``cut_at`` bytes of the body at most, ``hang`` and ``reset`` send nothing."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/xml"
    is_gzipped: bool = False
    cut_at: int | None = None
    hang: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it came in."""

    path: str
    query: str
    at: float
    user_agent: str


@dataclass(slots=True)
class _State:
    pages: dict[str, Answer] = field(default_factory=dict)
    faults: list[tuple[str, Answer]] = field(default_factory=list)
    standing: dict[str, Answer] = field(default_factory=dict)
    days: dict[date, tuple[Record, ...]] = field(default_factory=dict)
    listing_day: date | None = None
    requests: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


class FakeArxiv:
    """Serve what was announced; use as a context manager."""

    def __init__(self, *, port: int = 0) -> None:
        self._state = _State()
        self._server = _Server(("127.0.0.1", port), _handler(self._state))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @classmethod
    def of_day(
        cls, shared_data: Path, on: date, *, stale: Iterable[str] = (), port: int = 0
    ) -> "FakeArxiv":
        """A recorded day: its feeds, and listing and search made out of the fresh ones.

        The feeds of ``stale`` categories are those of the day before, as they were recorded.
        """
        fake = cls(port=port)
        fake.announce(on, recorded_day(shared_data, on, CATEGORIES))
        for category in CATEGORIES:
            feed = recorded_feed(shared_data, on, category, stale=category in stale)
            fake.serve(f"/rss/{category}", feed)
        return fake

    @property
    def base_url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def feed_url(self) -> str:
        """For ``arxiv.feed_url``."""
        return f"{self.base_url}/rss"

    @property
    def listing_url(self) -> str:
        """For ``arxiv.listing_url``."""
        return f"{self.base_url}/list"

    @property
    def search_url(self) -> str:
        """For ``arxiv.search_url``."""
        return f"{self.base_url}/api/query"

    @property
    def requests(self) -> tuple[Seen, ...]:
        """All requests so far, in order."""
        return tuple(self._state.requests)

    def announce(self, on: date, records: Iterable[Record], *, is_newest: bool = True) -> None:
        """Have search (and, if newest, feeds and listings) answer for this day."""
        self._state.days[on] = tuple(records)
        if is_newest:
            self._state.listing_day = on

    def serve(self, path: str, body: bytes, **options: object) -> None:
        """Answer a path with a fixed document."""
        self._state.pages[path] = Answer(body=body, **options)  # type: ignore[arg-type]  # fields

    def fail_once(self, path: str, *answers: Answer) -> None:
        """Give these answers, in order, to the next requests whose path starts so."""
        self._state.faults.extend((path, answer) for answer in answers)

    def fail(self, path: str, answer: Answer) -> None:
        """Give this answer to all requests whose path starts so."""
        self._state.standing[path] = answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._state.closing.set()
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: connections that break are what the tests are about."""


def _handler(state: _State) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            answer = _answer_for(state, self.path, self.headers.get("User-Agent", ""))
            if answer.hang:
                state.closing.wait(timeout=30)
                self.close_connection = True
            elif answer.reset:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
            else:
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            body = gzip.compress(answer.body) if answer.is_gzipped else answer.body
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if answer.is_gzipped:
                self.send_header("Content-Encoding", "gzip")
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: answer.cut_at])
            self.close_connection = answer.cut_at is not None

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    return Handler


def _answer_for(state: _State, target: str, user_agent: str) -> Answer:
    url = urlsplit(target)
    seen = Seen(path=url.path, query=url.query, at=time.monotonic(), user_agent=user_agent)
    with state.lock:
        state.requests.append(seen)
        for number, (path, answer) in enumerate(state.faults):
            if url.path.startswith(path):
                del state.faults[number]
                return answer
    for path, answer in state.standing.items():
        if url.path.startswith(path):
            return answer
    return state.pages.get(url.path) or _made_answer(state, url.path, parse_qs(url.query))


def _made_answer(state: _State, path: str, query: Mapping[str, list[str]]) -> Answer:
    category = path.strip("/").partition("/")[2].removesuffix("/new")
    on = state.listing_day
    makers: dict[str, Callable[[], bytes]] = {}
    if on is not None:
        makers["/rss/"] = lambda: feed_xml(category, state.days[on])
        makers["/list/"] = lambda: listing_html(category, state.days[on], on)
    makers["/api/query"] = lambda: _search(state, query)
    for start, make in makers.items():
        if path.startswith(start):
            return Answer(body=make())
    return Answer(status=404, body=b"<html>not found</html>", content_type="text/html")


def _search(state: _State, query: Mapping[str, list[str]]) -> bytes:
    found: list[Record] = []
    ids = query.get("id_list", [""])[0].split(",")
    window = _WINDOW.fullmatch(query.get("search_query", [""])[0])
    for on, records in state.days.items():
        if window is None:
            found.extend(record for record in records if record.id in ids)
        elif _is_window_of(on, window[3]):
            found.extend(record for record in records if window[1] in record.categories)
    start = int(query.get("start", ["0"])[0])
    return search_xml(found, start=start, per_page=int(query.get("max_results", ["10"])[0]))


def _is_window_of(on: date, last_minute: str) -> bool:
    last = datetime.strptime(last_minute, "%Y%m%d%H%M").replace(tzinfo=UTC)
    first, end = AnnouncementCalendar().submission_window(on)
    return first < last < end


def main() -> None:
    """Serve a recorded day until interrupted; print the addresses as JSON."""
    parser = argparse.ArgumentParser(description="Serve a recorded day of arXiv on loopback.")
    parser.add_argument("--day", type=date.fromisoformat, default=date(2025, 12, 19))
    parser.add_argument("--stale", action="append", default=[], help="category; may be repeated")
    parser.add_argument("--before", action="store_true", help="search knows the day before, too")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared/data"
    )
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with FakeArxiv.of_day(
        options.data, options.day, stale=options.stale, port=options.port
    ) as fake:
        if options.before:
            before = AnnouncementCalendar().previous_day(options.day)
            fake.announce(before, archived_day(options.data, before, CATEGORIES), is_newest=False)
        urls = {name: getattr(fake, name) for name in ("feed_url", "listing_url", "search_url")}
        print(json.dumps(urls), flush=True)  # noqa: T201
        stop.wait()


if __name__ == "__main__":
    main()
