"""Amazon SES, as far as a newsletter needs it: real HTTP on loopback, faults by script.

By hand: ``python -m tests.servers.fake_ses --port 8025``, then set ``mailer.endpoint_url``.
Other processes look in by ``GET /fake/stats``, ``GET /fake/outbox`` and ``POST /fake/script``
(a JSON list of names of ``STEPS``).
"""

import argparse
import json
import signal
import sys
import threading
import time
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from tests.servers.fake_ses_http import HttpServer, Reply, Request
from tests.servers.fake_ses_rate import Window
from tests.servers.fake_ses_rules import Account, judge
from tests.servers.fake_ses_script import STEPS, Step

SEND = "/v2/email/outbound-emails"
ACCOUNT = "/v2/email/account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A mail that SES took on.

    Attributes:
        raw: as it came; empty when the server was told not to keep it.
    """

    message_id: str
    accepted_at: datetime
    sender: str
    recipients: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str
    raw: bytes = field(repr=False)

    @property
    def delivery_id(self) -> str:
        return self.tags["delivery_id"]


class FakeSes:
    """Serve SESv2 on loopback while the context lasts.

    Attributes:
        account: limits and switches; may be changed at any time.
        outbox: accepted mails in order.
        requests: how often each ``METHOD path`` was asked, faults included.
        decide: asked for a step for each mail when no scripted one is left; None is "no fault".
        latency_s: how long SendEmail takes.
        keep_raw: whether the outbox keeps the bytes.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency_s: float = 0.0,
        keep_raw: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account = Account()
        self.outbox: list[Accepted] = []
        self.requests: dict[str, int] = {}
        self.decide: Callable[[Mapping[str, Any]], Step | None] = lambda _: None
        self.latency_s = latency_s
        self.keep_raw = keep_raw
        self._clock = clock
        self.posted, self.taken = Window(clock), Window(clock)
        self._scripts: dict[str, deque[Step]] = {SEND: deque(), ACCOUNT: deque()}
        self._lock = threading.Lock()
        self._http = HttpServer(self._answer, port=port)

    @property
    def url(self) -> str:
        return self._http.url

    @property
    def posts(self) -> int:
        """How often SendEmail was asked for, faults included."""
        return self.requests.get(f"POST {SEND}", 0)

    def script(self, *steps: Step, path: str = SEND) -> None:
        """Let the next calls go like this, in order of arrival; then all is well again."""
        with self._lock:
            self._scripts.setdefault(path, deque()).extend(steps)

    def forget(self) -> None:
        """Be as new: no mails, no counts, no script, an account as it is by default."""
        with self._lock:
            self.account = Account()
            self.outbox.clear()
            self.requests.clear()
            self.decide = lambda _: None
            self.posted, self.taken = Window(self._clock), Window(self._clock)
            for script in self._scripts.values():
                script.clear()

    def __enter__(self) -> Self:
        self._http.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.stop()

    def _answer(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        with self._lock:
            key = f"{request.method} {path}"
            self.requests[key] = self.requests.get(key, 0) + 1
        if path == SEND and request.method == "POST":
            return self._send(request)
        if path.startswith("/fake/"):
            return self._look_in(path, request)
        return self._describe(path)

    def _send(self, request: Request) -> Reply:
        if self.latency_s:
            self._http.closing.wait(self.latency_s)
        mail = json.loads(request.body)
        with self._lock:
            self.posted.add()
            step = self._next(SEND) or self.decide(mail) or self._judge(mail, request)
            message_id = self._accept(mail) if step.accept else ""
        return step.reply({"MessageId": message_id})

    def _judge(self, mail: Mapping[str, Any], request: Request) -> Step:
        return judge(
            mail,
            self.account,
            authorization=request.headers.get("authorization", ""),
            sent_last_second=self.taken.count(),
            sent_last_day=self.account.sent_last_day + self.taken.total,
        )

    def _next(self, path: str) -> Step | None:
        script = self._scripts[path]
        return script.popleft() if script else None

    def _accept(self, mail: Mapping[str, Any]) -> str:
        self.taken.add()
        entry = Accepted(
            message_id=f"0100{uuid4().hex[:12]}-{self.taken.total:08d}-000000",
            accepted_at=datetime.now(UTC),
            sender=mail["FromEmailAddress"],
            recipients=tuple(mail["Destination"]["ToAddresses"]),
            tags={tag["Name"]: tag["Value"] for tag in mail.get("EmailTags", ())},
            configuration_set=mail.get("ConfigurationSetName", ""),
            raw=b64decode(mail["Content"]["Raw"]["Data"]) if self.keep_raw else b"",
        )
        self.outbox.append(entry)
        return entry.message_id

    def _describe(self, path: str) -> Reply:
        with self._lock:
            step = self._next(path) if path in self._scripts else None
            value = self.account.describe(path, sent=self.taken.total)
        if step is not None:
            return step.reply(value or {})
        if value is None:
            missing = f"{path.rsplit('/', 1)[-1]} does not exist."
            return Step(status=404, code="NotFoundException", text=missing).reply({})
        return Reply.of(value)

    def _look_in(self, path: str, request: Request) -> Reply:
        if path == "/fake/script":
            self.script(*(STEPS[name] for name in json.loads(request.body)))
        with self._lock:
            if path == "/fake/outbox":
                return Reply.of([_outline(entry) for entry in self.outbox])
            return Reply.of(self._stats())

    def _stats(self) -> dict[str, object]:
        return {
            "requests": self.requests,
            "accepted": self.taken.total,
            "most_posted_in_one_second": self.posted.most,
            "most_accepted_in_one_second": self.taken.most,
        }


def _outline(entry: Accepted) -> dict[str, object]:
    return {
        "message_id": entry.message_id,
        "accepted_at": entry.accepted_at.isoformat(),
        "recipients": entry.recipients,
        "tags": entry.tags,
        "bytes": len(entry.raw),
    }


def main() -> None:
    """Serve until interrupted; the first line on stdout is the address."""
    parser = argparse.ArgumentParser(description="A fake Amazon SES on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0, help="refuse more per second; 0: never")
    parser.add_argument("--drop-raw", action="store_true", help="do not keep the mails' bytes")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    latency_s = options.latency_ms / 1000
    with FakeSes(port=options.port, latency_s=latency_s, keep_raw=not options.drop_raw) as ses:
        if options.rate:
            ses.account.max_per_second, ses.account.strict = options.rate, True
        sys.stdout.write(json.dumps({"url": ses.url}) + "\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
