"""What a chat completion says, whole or in pieces."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from newsletter.errors import SummarizerUnavailableError

_DATA: Final = b"data:"
_DONE: Final = b"[DONE]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer.

    Attributes:
        finish: why it ends: ``stop``, ``length``, ``content_filter``; empty when not told.
        refusal: what the model says instead; empty when it does not refuse.
        tokens_in, tokens_out: None when the endpoint does not count.
    """

    text: str
    finish: str = ""
    refusal: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


def read_completion(body: bytes) -> Completion:
    """Read the body of an answer: one JSON object, or server-sent events.

    Raises:
        SummarizerUnavailableError: it is neither.
    """
    try:
        if body.lstrip().startswith((_DATA, b"event:", b":")):
            return _joined([*_events(body)])
        return _one(json.loads(body))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise SummarizerUnavailableError(
            "the model's endpoint answers with something that is no chat completion"
        ) from error


def _one(answer: dict[str, Any]) -> Completion:
    choice = answer["choices"][0]
    message = choice["message"]
    return Completion(
        text=_content(message.get("content")),
        finish=choice.get("finish_reason") or "",
        refusal=message.get("refusal") or "",
        tokens_in=_tokens(answer, "prompt_tokens"),
        tokens_out=_tokens(answer, "completion_tokens"),
    )


def _events(body: bytes) -> Iterator[dict[str, Any]]:
    for line in body.splitlines():
        data = line.removeprefix(_DATA).strip()
        if line.startswith(_DATA) and data and data != _DONE:
            yield json.loads(data)


def _joined(events: list[dict[str, Any]]) -> Completion:
    choices = [each["choices"][0] for each in events if each.get("choices")]
    if not choices:
        raise ValueError("no event has a choice")
    deltas = [choice.get("delta") or {} for choice in choices]
    return Completion(
        text="".join(_content(delta.get("content")) for delta in deltas),
        finish=next((c["finish_reason"] for c in choices if c.get("finish_reason")), ""),
        refusal="".join(delta.get("refusal") or "" for delta in deltas),
        tokens_in=next(filter(None, (_tokens(each, "prompt_tokens") for each in events)), None),
        tokens_out=next(
            filter(None, (_tokens(each, "completion_tokens") for each in events)), None
        ),
    )


def _content(content: object) -> str:
    """Return the text of a message: a string, or a list of parts."""
    match content:
        case None:
            return ""
        case str():
            return content
        case list():
            return "".join(str(part.get("text") or "") for part in content)
    raise TypeError("a message's content is no text")


def _tokens(answer: dict[str, Any], name: str) -> int | None:
    count = (answer.get("usage") or {}).get(name)
    return count if isinstance(count, int) and count >= 0 else None
