"""Lambda without Lambda: AWS's Runtime API on loopback, and a function's process beside it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from newsletter.delivery.failpoints import VARIABLE

ROOT: Final = Path(__file__).resolve().parents[2]
NEXT: Final = "/2018-06-01/runtime/invocation/next"
LOOK_EVERY_S: Final = 0.05


class FunctionFailedError(Exception):
    """The handler raised; the text is what Lambda would be told."""


class FunctionDiedError(Exception):
    """The process ended before it answered."""


@dataclass
class _Invocation:
    event: Any
    deadline_ms: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    done: threading.Event = field(default_factory=threading.Event)
    answer: Any = None
    error: str | None = None


class LambdaFunction:
    """A function that is invoked, one event at a time, as Lambda does.

    Attributes:
        starts: how often its process was started: cold starts.
    """

    def __init__(
        self,
        handler: str,
        environ: Mapping[str, str],
        *,
        recording: Path | None = None,
        log: Path | None = None,
        failpoints: Iterable[str] = (),
    ) -> None:
        """Prepare; the process begins with the first event.

        Args:
            handler: ``newsletter.aws.deliver``.
            environ: of the process, beside what Python needs.
            recording: where its calls of AWS are written to.
            log: where its standard error is written to.
            failpoints: with which its processes are killed, one for each start.
        """
        self.starts = 0
        self._command = [sys.executable, "-m", "tests.servers.lambda_process", handler]
        self._command += [str(recording)] if recording else []
        self._environ = dict(environ)
        self._log = log
        self._failpoints = list(failpoints)
        self._waiting: queue.SimpleQueue[_Invocation] = queue.SimpleQueue()
        self._running: dict[str, _Invocation] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._process: subprocess.Popen[bytes] | None = None

    def invoke(self, event: Any, *, timeout_s: float = 60.0) -> Any:
        """Return the function's answer.

        Raises:
            FunctionFailedError: it raised.
            FunctionDiedError: its process is gone; the next event starts another one.
        """
        process = self._started()
        invocation = _Invocation(event, int((time.time() + timeout_s) * 1000))
        self._waiting.put(invocation)
        while not invocation.done.wait(LOOK_EVERY_S):
            if process.poll() is not None:
                self._forget()
                raise FunctionDiedError(f"it ended with {process.returncode}")
        if invocation.error is not None:
            raise FunctionFailedError(invocation.error)
        return invocation.answer

    def take(self) -> _Invocation:
        """Wait for the next event, for the process that asks for one."""
        invocation = self._waiting.get()
        self._running[invocation.id] = invocation
        return invocation

    def end(self, path: str, body: bytes) -> None:
        """Take the answer or the error of an event, or of the start."""
        *_, about, what = path.split("/")
        if about == "init":
            return
        invocation = self._running.pop(about)
        if what == "response":
            invocation.answer = json.loads(body)
        else:
            invocation.error = body.decode()
        invocation.done.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._http.shutdown()
        self._http.server_close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._forget()
            self.starts += 1
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        environ = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environ |= self._environ | {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._http.server_address[1]}",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
        }
        if self._failpoints:
            environ[VARIABLE] = self._failpoints.pop(0)
        with (self._log or Path(os.devnull)).open("ab") as log:
            return subprocess.Popen(
                self._command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=log
            )

    def _forget(self) -> None:
        """Forget what the last process was about."""
        self._running.clear()
        self._waiting = queue.SimpleQueue()


def _handler(function: LambdaFunction) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            invocation = function.take()
            body = json.dumps(invocation.event).encode()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", invocation.id)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:none")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            function.end(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
