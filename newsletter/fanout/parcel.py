"""Parcels: work for whoever sends, small enough for a queue's message."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from pydantic import TypeAdapter, ValidationError

from newsletter.delivery.plan import new_delivery
from newsletter.errors import UnreadableParcelError
from newsletter.model import Delivery, Pick

VERSION: Final = 1
MOST_READERS: Final = 50
MOST_BYTES: Final = 200_000
MOST_OPENED_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What was chosen for one reader.

    Attributes:
        picks: best first; none is a mail that is not sent.
    """

    subscriber_id: str
    picks: tuple[Pick, ...]
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The shares of some readers of one issue.

    Attributes:
        bundle: the name of what belongs to the issue.
        planned_at: when the hour began that they belong to: their deadline counts from it.
    """

    issue_id: str
    bundle: str
    planned_at: datetime
    shares: tuple[Share, ...]

    def deliveries(self) -> Iterator[Delivery]:
        """Yield the rows of the ledger as they begin."""
        for share in self.shares:
            yield new_delivery(self.issue_id, share.subscriber_id, share.picks, share.matched)


def pack(parcel: Parcel) -> tuple[str, ...]:
    """Write a parcel as messages: usually one; more when it does not fit.

    Raises:
        ValueError: one reader's share alone does not fit.
    """
    text = _encode(parcel)
    if len(text) <= MOST_BYTES:
        return (text,)
    if len(parcel.shares) <= 1:
        raise ValueError(f"a share of {parcel.issue_id} has {len(text)} bytes: too many")
    middle = len(parcel.shares) // 2
    halves = (parcel.shares[:middle], parcel.shares[middle:])
    return tuple(text for half in halves for text in pack(replace(parcel, shares=half)))


def pack_all(
    shares: Iterable[Share], *, issue_id: str, bundle: str, planned_at: datetime
) -> Iterator[str]:
    """Yield the messages of many shares, ``MOST_READERS`` in each."""
    rest = iter(shares)
    while some := tuple(islice(rest, MOST_READERS)):
        parcel = Parcel(issue_id=issue_id, bundle=bundle, planned_at=planned_at, shares=some)
        yield from pack(parcel)


def unpack(message: str) -> Parcel:
    """Read a message.

    Raises:
        UnreadableParcelError: it is no parcel, or one of another version.
    """
    try:
        wrapped = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise UnreadableParcelError("the message is no parcel: it is not JSON") from error
    version = wrapped.get("version") if isinstance(wrapped, dict) else None
    if version != VERSION:
        raise UnreadableParcelError(
            f"the message is no parcel of version {VERSION} but of {str(version)[:20]!r}: deploy "
            "the version that made it, or let the next hour make it again"
        )
    return _opened(wrapped.get("parcel"))


def _encode(parcel: Parcel) -> str:
    packed = zlib.compress(_ADAPTER.dump_json(parcel), level=6)
    text = base64.b64encode(packed).decode()
    return json.dumps({"version": VERSION, "parcel": text}, separators=(",", ":"))


def _opened(text: object) -> Parcel:
    try:
        packed = base64.b64decode(str(text), validate=True)
        opener = zlib.decompressobj()
        content = opener.decompress(packed, MOST_OPENED_BYTES)
        if not opener.eof:
            raise UnreadableParcelError("the parcel is cut short, or too large")
        return _ADAPTER.validate_json(content)
    except (binascii.Error, zlib.error, ValidationError) as error:
        why = str(error).splitlines()[0]
        raise UnreadableParcelError(f"the parcel is damaged: {why}") from error


def shares_of(deliveries: Sequence[Delivery]) -> tuple[Share, ...]:
    """Return the shares of rows that are in the ledger already."""
    return tuple(
        Share(subscriber_id=row.subscriber_id, picks=row.picks, matched=row.matched)
        for row in deliveries
    )


_ADAPTER: Final = TypeAdapter(Parcel)
