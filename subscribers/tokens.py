"""Signed links: who may do what, without an account and without a table of tokens.

A token is URL-safe and about 43 characters, so that ``<https://papers.example.org/u/TOKEN>``
stays within the 76 columns of a mail's text. It is 16 bytes of HMAC-SHA256 (RFC 2104, 5: at
least half the hash), then the payload, hidden by a key stream that starts from that signature.
So a token says nothing about its reader, and two tokens of one reader have nothing in common.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from itsdangerous import Signer
from itsdangerous.signer import HMACAlgorithm

from subscribers.errors import ExpiredTokenError, InvalidTokenError
from subscribers.ids import id_from_bytes, id_to_bytes
from subscribers.model import Subscriber


class Purpose(StrEnum):
    """What a link is for; a token of one purpose is worth nothing for another."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    MANAGE = "manage"
    VIEW = "view"
    FEED = "feed"
    FEEDBACK = "feedback"
    MOVE = "move"
    UNDO = "undo"
    EXPORT = "export"
    ERASE = "erase"


LIFETIMES: Mapping[Purpose, timedelta | None] = MappingProxyType(
    {
        Purpose.CONFIRM: timedelta(hours=72),
        Purpose.UNSUBSCRIBE: None,
        Purpose.MANAGE: timedelta(days=30),
        Purpose.VIEW: None,
        Purpose.FEED: None,
        Purpose.FEEDBACK: timedelta(days=30),
        Purpose.MOVE: timedelta(hours=72),
        Purpose.UNDO: timedelta(hours=1),
        Purpose.EXPORT: timedelta(hours=1),
        Purpose.ERASE: timedelta(hours=1),
    }
)
"""How long a link is good; None is for ever."""

BOUND_TO_ADDRESS = frozenset({Purpose.FEED, Purpose.MANAGE, Purpose.EXPORT, Purpose.ERASE})
"""Purposes whose links stop working when the reader's address changes."""

MAX_EXTRA_BYTES = 64
MIN_KEY_BYTES = 16

_SIGNATURE_BYTES = 16
_ID_BYTES = 16
_TIME_BYTES = 5
_GENERATION_BYTES = 2
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43,160}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a good token says.

    Attributes:
        generation: the subscriber's, when the link was made; None where it does not matter.
        extra: what else was put in, such as an issue or a paper.
        issued_at: None for links that are good for ever.
    """

    purpose: Purpose
    subscriber_id: str
    generation: int | None = None
    extra: str = ""
    issued_at: datetime | None = None

    def fits(self, subscriber: Subscriber) -> bool:
        """Tell whether the grant is this subscriber's, and their address is still the same."""
        same = self.generation in (None, subscriber.generation)
        return same and self.subscriber_id == subscriber.id


class _ShortHmac(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")[:_SIGNATURE_BYTES]


class _Keys(NamedTuple):
    sign: bytes
    hide: bytes


class TokenSigner:
    """Make and check tokens.

    Args:
        keys: the first signs, all are accepted; each at least 16 bytes.
        clock: tells the time in UTC.
    """

    def __init__(self, keys: Sequence[bytes], *, clock: Callable[[], datetime]) -> None:
        if not keys or any(len(key) < MIN_KEY_BYTES for key in keys):
            raise ValueError(f"there must be a key, and each must have {MIN_KEY_BYTES} bytes")
        self._keys = {purpose: _derive(keys, purpose) for purpose in Purpose}
        self._algorithm = _ShortHmac(hashlib.sha256)
        self._clock = clock

    def sign(
        self, purpose: Purpose, subscriber_id: str, *, generation: int = 0, extra: str = ""
    ) -> str:
        """Make a token for this subscriber.

        Args:
            purpose: what the link is for.
            subscriber_id: a ULID.
            generation: the subscriber's; kept only for purposes bound to the address.
            extra: at most 64 bytes without NUL.
        """
        now_s = int(self._clock().timestamp())
        payload = _pack(purpose, subscriber_id, now_s=now_s, generation=generation, extra=extra)
        keys = self._keys[purpose][0]
        signature = self._algorithm.get_signature(keys.sign, payload)
        raw = signature + _hidden(payload, keys.hide + signature)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def verify(self, purpose: Purpose, token: str) -> Grant:
        """Return what the token says.

        Raises:
            InvalidTokenError: it was altered, cut short, or made for another purpose.
            ExpiredTokenError: it was good once.
        """
        raw = _decoded(token)
        signature, hidden = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        for keys in self._keys[purpose]:
            payload = _hidden(hidden, keys.hide + signature)
            if self._algorithm.verify_signature(keys.sign, payload, signature):
                return self._unless_expired(_unpack(purpose, payload))
        raise _invalid()

    def _unless_expired(self, grant: Grant) -> Grant:
        lifetime = LIFETIMES[grant.purpose]
        if lifetime is None or grant.issued_at is None:
            return grant
        expired_for = self._clock() - grant.issued_at - lifetime
        if expired_for <= timedelta(0):
            return grant
        raise ExpiredTokenError(
            f"this link was good for {_in_words(lifetime)} and expired "
            f"{_in_words(expired_for)} ago: ask for a new one",
            expired_for_s=expired_for.total_seconds(),
            subscriber_id=grant.subscriber_id,
        )


def _derive(keys: Sequence[bytes], purpose: Purpose) -> tuple[_Keys, ...]:
    def derived(key: bytes, use: str) -> bytes:
        salt = f"subscribers.tokens.{purpose}.{use}"
        return Signer(
            key, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256
        ).derive_key()

    return tuple(_Keys(derived(key, "sign"), derived(key, "hide")) for key in keys)


def _hidden(payload: bytes, seed: bytes) -> bytes:
    """Hide or show the payload: the key stream is never used for two payloads."""
    stream = hashlib.shake_256(seed).digest(len(payload))
    return (int.from_bytes(payload) ^ int.from_bytes(stream)).to_bytes(len(payload))


def _pack(
    purpose: Purpose, subscriber_id: str, *, now_s: int, generation: int, extra: str
) -> bytes:
    more = extra.encode()
    if len(more) > MAX_EXTRA_BYTES or b"\0" in more:
        raise ValueError(f"extra must have at most {MAX_EXTRA_BYTES} bytes and no NUL")
    payload = id_to_bytes(subscriber_id)
    if LIFETIMES[purpose] is not None:
        payload += now_s.to_bytes(_TIME_BYTES)
    if purpose in BOUND_TO_ADDRESS:
        payload += generation.to_bytes(_GENERATION_BYTES)
    payload += more
    # A token whose bytes fill base64 to the last bit could end in "-" or "_", which programs
    # that look for links in plain text leave out.
    return payload if (_SIGNATURE_BYTES + len(payload)) % 3 else payload + b"\0"


def _unpack(purpose: Purpose, payload: bytes) -> Grant:
    subscriber_id = id_from_bytes(payload[:_ID_BYTES])
    at, issued_at, generation = _ID_BYTES, None, None
    if LIFETIMES[purpose] is not None:
        issued_at = datetime.fromtimestamp(int.from_bytes(payload[at : at + _TIME_BYTES]), UTC)
        at += _TIME_BYTES
    if purpose in BOUND_TO_ADDRESS:
        generation = int.from_bytes(payload[at : at + _GENERATION_BYTES])
        at += _GENERATION_BYTES
    return Grant(
        purpose=purpose,
        subscriber_id=subscriber_id,
        generation=generation,
        extra=payload[at:].removesuffix(b"\0").decode(),
        issued_at=issued_at,
    )


def _in_words(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, length_s in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length_s:
            count = seconds // length_s
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def _decoded(token: str) -> bytes:
    if not _SHAPE.fullmatch(token) or len(token) % 4 == 1:
        raise _invalid()
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        raise _invalid()
    return raw


def _invalid() -> InvalidTokenError:
    return InvalidTokenError("this link is not complete, or was made for something else")
