"""What an SES event travels in: SNS, EventBridge, SQS, records of Lambda, or nothing.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

from newsletter.model import MalformedEvent, UnusedEvent

MAX_PAYLOAD_CHARS = 2_000_000
MAX_RECORDS = 10_000
MAX_DEPTH = 5
MAX_KIND_CHARS = 80
KIND_KEYS = ("eventType", "notificationType")
# SES writes this into a topic when it is named as an event destination.
TOPIC_CHECK = "Successfully validated SNS topic"

Unwrapped = Mapping[str, object] | UnusedEvent | MalformedEvent


def unwrap(payload: str | bytes) -> Iterator[Unwrapped]:
    """Yield the SES events of a payload in order, or what came instead of each."""
    yield from _Unwrapping(payload).whole()


def sha256_of(payload: str | bytes) -> str:
    """Return the digest that tells one payload from another."""
    raw = payload if isinstance(payload, bytes) else payload.encode(errors="surrogatepass")
    return hashlib.sha256(raw).hexdigest()


class _Unwrapping:
    """One payload being opened; at most ``MAX_DEPTH`` envelopes inside each other."""

    def __init__(self, payload: str | bytes) -> None:
        self._payload = payload

    def whole(self) -> Iterator[Unwrapped]:
        if len(self._payload) > MAX_PAYLOAD_CHARS:
            yield self._malformed(f"longer than {MAX_PAYLOAD_CHARS} characters")
        else:
            yield from self._text(self._payload, 0)

    def _text(self, text: str | bytes, depth: int) -> Iterator[Unwrapped]:
        if isinstance(text, str) and text.startswith(TOPIC_CHECK):
            yield UnusedEvent(provider_kind="topic validation")
            return
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            yield self._malformed("not JSON")
            return
        yield from self._value(value, depth)

    def _value(self, value: object, depth: int) -> Iterator[Unwrapped]:
        if not isinstance(value, Mapping):
            yield self._malformed("not a JSON object")
        elif any(key in value for key in KIND_KEYS):
            yield value
        elif depth >= MAX_DEPTH:
            yield self._malformed("too many envelopes inside each other")
        else:
            yield from self._envelope(value, depth + 1)

    def _envelope(self, value: Mapping[str, object], depth: int) -> Iterator[Unwrapped]:
        match value:
            case {"Records": [*records]}:
                yield from self._records(records, depth)
            case {"Sns": inner}:
                yield from self._value(inner, depth)
            case {"Type": str() as kind} if kind != "Notification":
                yield UnusedEvent(provider_kind=f"SNS {kind}"[:MAX_KIND_CHARS])
            case {"Message": str() as text} | {"Body": str() as text} | {"body": str() as text}:
                yield from self._text(text, depth)
            case {"detail-type": str(), "detail": {"eventType": _} as inner}:
                yield from self._value(inner, depth)
            case {"detail-type": str() as kind}:
                yield UnusedEvent(provider_kind=kind[:MAX_KIND_CHARS])
            case _:
                yield self._malformed("no event and no envelope that is known")

    def _records(self, records: list[object], depth: int) -> Iterator[Unwrapped]:
        if len(records) > MAX_RECORDS:
            yield self._malformed(f"more than {MAX_RECORDS} records")
            return
        for record in records:
            yield from self._value(record, depth)

    def _malformed(self, why: str) -> MalformedEvent:
        return MalformedEvent(why=why, sha256=sha256_of(self._payload))
