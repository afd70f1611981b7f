"""A language model's endpoint on loopback: chat completions and files, faults on demand."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.fake_llm_faults import FAULTS, Reply
from tests.servers.fake_llm_papers import answer_of, asked_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request for a completion.

    Attributes:
        paper_id: the paper it is about, as far as the server knows it; empty else.
        language: of the summary that is asked for.
        number: how many questions about this paper came before.
    """

    body: Mapping[str, Any]
    headers: Mapping[str, str]
    paper_id: str
    language: str
    number: int

    @property
    def text(self) -> str:
        """Return all that is said to the model."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


@dataclass(slots=True, kw_only=True)
class FakeLlm:
    """The server's mind: what it knows, what it does wrong, what it was asked.

    Attributes:
        papers: id → title and abstract, in a summary's words.
        answers: (paper id, language) → an answer; made from the abstract where there is none.
        faults: paper id, or ``*`` → names of faults, one for each question in turn; the last stays.
        delay_s: how long an answer takes.
        takes_formats: whether ``response_format`` is known.
        key: that a question must bring; empty for none.
    """

    papers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    faults: dict[str, Sequence[str]] = field(default_factory=dict)
    delay_s: float = 0.0
    takes_formats: bool = True
    key: str = ""
    questions: list[Question] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    busiest: int = 0
    url: str = ""
    _busy: int = 0
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def calls(self) -> int:
        """Return how many completions were asked for."""
        return len(self.questions)

    def take(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Question:
        """Note a question."""
        text = "\n".join(str(message["content"]) for message in body["messages"])
        paper_id = asked_about(text, self.papers)
        with self._lock:
            question = Question(
                body=body,
                headers=headers,
                paper_id=paper_id,
                language="zh-Hans" if "简体中文" in text else "en",
                number=self._counts[paper_id],
            )
            self._counts[paper_id] += 1
            self.questions.append(question)
        return question

    def reply(self, question: Question) -> Reply:
        """Answer rightly, or wrongly where a fault is due."""
        if self.delay_s:
            time.sleep(self.delay_s)
        if self.key and question.headers.get("authorization") != f"Bearer {self.key}":
            return Reply.error(401, "You didn't provide an API key.", code="invalid_api_key")
        if not self.takes_formats and "response_format" in question.body:
            return Reply.error(400, "Unrecognized request argument supplied: response_format")
        names = self.faults.get(question.paper_id) or self.faults.get("*") or ("",)
        name = names[min(question.number, len(names) - 1)]
        if name:
            return FAULTS[name](self, question)
        return Reply.said(self.right_answer(question))

    def right_answer(self, question: Question) -> str:
        """Return a true summary of the paper that is asked about."""
        known = self.answers.get((question.paper_id, question.language))
        title, abstract = self.papers.get(question.paper_id, ("", ""))
        answer = known or answer_of(title, abstract, question.language)
        return json.dumps(answer, ensure_ascii=False)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Count who is served at the same time."""
        with self._lock:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1


@contextmanager
def serve_llm(mind: FakeLlm) -> Iterator[FakeLlm]:
    """Serve on a free port until the block ends; ``mind.url`` is the base URL."""
    handler = type("Handler", (_Handler,), {"mind": mind})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    mind.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield mind
    finally:
        mind.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing when a client hangs up."""


class _Handler(BaseHTTPRequestHandler):
    mind: FakeLlm
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with self.mind.busy():
            if self.path.endswith("/files"):
                self._take_file(body)
            elif self.path.endswith("/chat/completions"):
                question = self.mind.take(
                    json.loads(body), {name.lower(): value for name, value in self.headers.items()}
                )
                self._send(self.mind.reply(question))
            else:
                self._send(Reply.error(404, "no such path"))

    def do_DELETE(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        self.mind.deleted.append(name)
        self._send(Reply.json({"id": name, "object": "file", "deleted": True}))

    def _take_file(self, body: bytes) -> None:
        name = f"file-{len(self.mind.files) + 1}"
        self.mind.files[name] = body
        facts = {"id": name, "object": "file", "bytes": len(body), "created_at": 0}
        self._send(
            Reply.json(facts | {"filename": "paper.pdf", "purpose": "file-extract", "status": "ok"})
        )

    def _send(self, reply: Reply) -> None:
        try:
            self._write(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _write(self, reply: Reply) -> None:
        if reply.hangs:
            self.mind.released.wait()
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.drip_s:
            self._drip(reply)
            return
        self.send_header("Content-Length", str(reply.claimed_bytes or len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = bool(reply.claimed_bytes)

    def _drip(self, reply: Reply) -> None:
        """Send a byte now and then, for ever."""
        self.end_headers()
        self.close_connection = True
        while not self.mind.released.wait(reply.drip_s):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
