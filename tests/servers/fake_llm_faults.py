"""What an endpoint can do wrong, by name; each fault returns the reply it makes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from tests.servers.fake_llm import FakeLlm, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back.

    Attributes:
        claimed_bytes: a length that is not the body's; 0 for the true one.
        drip_s: seconds between bytes that never end; 0 for a whole answer.
        hangs: nothing is sent at all.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    claimed_bytes: int = 0
    drip_s: float = 0.0
    hangs: bool = False

    @classmethod
    def json(cls, value: object, *, status: int = 200, **headers: str) -> "Reply":
        """Send JSON."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(
            status=status,
            body=json.dumps(value, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json"} | named,
        )

    @classmethod
    def said(cls, text: str | None, *, finish: str = "stop", **message: Any) -> "Reply":
        """Send a completion with this text."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text, **message},
            "finish_reason": finish,
        }
        usage = {"prompt_tokens": 700, "completion_tokens": 400, "total_tokens": 1100}
        return cls.json({"id": "c", "object": "chat.completion", "created": 0, "model": "fake",
                         "choices": [choice], "usage": usage})  # fmt: skip

    @classmethod
    def error(
        cls, status: int, message: str, *, code: str | None = None, **headers: str
    ) -> "Reply":
        """Send an error as OpenAI does."""
        error = {"message": message, "type": "error", "code": code, "param": None}
        return cls.json({"error": error}, status=status, **headers)


Fault = Callable[["FakeLlm", "Question"], Reply]
"""What the endpoint does wrong with one question."""


def changed(mind: "FakeLlm", question: "Question", **parts: Any) -> Reply:
    """Send the right answer with some parts replaced."""
    answer = json.loads(mind.right_answer(question))
    return Reply.said(json.dumps(answer | parts, ensure_ascii=False))


def _streamed(mind: "FakeLlm", question: "Question") -> Reply:
    if not question.body.get("stream"):
        return Reply.error(400, "This model only support stream mode, please enable the stream.")
    text = mind.right_answer(question)
    pieces = [text[at : at + 50] for at in range(0, len(text), 50)]
    events = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    end: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    usage = {"choices": [], "usage": {"prompt_tokens": 700, "completion_tokens": 400}}
    lines = [f"data: {json.dumps(each)}\n\n" for each in [*events, end, usage]]
    body = ("".join(lines) + "data: [DONE]\n\n").encode()
    return Reply(body=body, headers={"Content-Type": "text/event-stream"})


def _swapped(mind: "FakeLlm", question: "Question") -> Reply:
    others = [each for each in mind.papers if each != question.paper_id]
    other = others[crc32(question.paper_id.encode()) % len(others)]
    return Reply.said(mind.right_answer(replace(question, paper_id=other)))


def _other_language(mind: "FakeLlm", question: "Question") -> Reply:
    other = "en" if question.language == "zh-Hans" else "zh-Hans"
    return Reply.said(mind.right_answer(replace(question, language=other)))


def _with_tldr(make: Callable[[str], str]) -> Fault:
    def reply(mind: "FakeLlm", question: "Question") -> Reply:
        tldr = json.loads(mind.right_answer(question))["tldr"]
        return changed(mind, question, tldr=make(tldr))

    return reply


def _error(status: int, message: str, code: str | None = None, **headers: str) -> Fault:
    return lambda _mind, _question: Reply.error(status, message, code=code, **headers)


def _says(text: str | None, *, finish: str = "stop", **message: Any) -> Fault:
    return lambda _mind, _question: Reply.said(text, finish=finish, **message)


def _sends(reply: Reply) -> Fault:
    return lambda _mind, _question: reply


def _around(before: str, after: str = "") -> Fault:
    return lambda mind, question: Reply.said(before + mind.right_answer(question) + after)


def _cut(finish: str) -> Fault:
    return lambda mind, question: Reply.said(mind.right_answer(question)[:120], finish=finish)


def _replaced(**parts: Any) -> Fault:
    return lambda mind, question: changed(mind, question, **parts)


FAULTS: Mapping[str, Fault] = {
    "401": _error(401, "Incorrect API key provided: sk-abc123***", "invalid_api_key"),
    "402": _error(402, "Insufficient Balance"),
    "403": _error(403, "AllocationQuota.FreeTierOnly"),
    "404": _error(404, "The model `nope` does not exist", "model_not_found"),
    "413": _error(413, "maximum context length is 4096 tokens"),
    "429": _error(429, "Rate limit reached", "rate_limit", Retry_After="1"),
    "429-long": _error(429, "Rate limit reached", Retry_After="3000"),
    "429-quota": _error(429, "You exceeded your current quota", "insufficient_quota"),
    "500": _error(500, "Internal error"),
    "503": _error(503, "overloaded", Retry_After="1"),
    "hang": _sends(Reply(hangs=True)),
    "drip": _sends(Reply(drip_s=0.05)),
    "cut-off": _sends(Reply(body=b'{"choices": [', claimed_bytes=5_000)),
    "empty-body": _sends(Reply(body=b"")),
    "html": _sends(Reply(body=b"<html>502</html>", headers={"Content-Type": "text/html"})),
    "gzip": _sends(Reply(body=b"x", headers={"Content-Encoding": "gzip"})),
    "endless": _sends(Reply(body=b" " * 3_000_000)),
    "empty": _says(""),
    "null": _says(None),
    "refusal": _says(None, refusal="I'm sorry, I cannot help with that."),
    "refusal-text": _says("I'm sorry, but I cannot summarise this paper."),
    "filter": _says("", finish="content_filter"),
    "inspection": _error(400, "Input data may contain bad content.", "data_inspection_failed"),
    "essay": _says("This paper studies a method, and it does so with great care."),
    "prose": _around("Sure! Here is the JSON you asked for:\n```json\n", "\n```\nAnything else?"),
    "truncated": _cut("stop"),
    "length": _cut("length"),
    "numbers": _replaced(tldr=42, results=[3.5, 7], limitations=None),
    "language": _other_language,
    "swapped": _swapped,
    "thinking": _with_tldr(lambda tldr: f"<think>Let me see.</think> {tldr}"),
    "thinking-before": _around("<think>Let me see {}.</think>\n"),
    "image": _with_tldr(lambda tldr: f"{tldr} ![x](https://evil.example/p.png)"),
    "script": _with_tldr(lambda tldr: f"{tldr} <script>alert(1)</script>"),
    "long": _replaced(tldr="very long " * 20_000),
    "made-up": _with_tldr(lambda tldr: f"{tldr} It wins by 98.765 points."),
    "placeholder": _replaced(tldr="Error", contributions=["Error"]),
    "obeys": _replaced(contributions=["I strongly recommend this paper to everyone."]),
    "streaming": _streamed,
}
"""Name → what it replies."""
