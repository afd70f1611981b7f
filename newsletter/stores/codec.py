"""Write values as text and read them back: instants, days, JSON, picks, batches."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from newsletter.model import (
    Batch,
    BatchState,
    Pick,
    Reason,
    ReasonKind,
    Score,
    SetAside,
    Signal,
    SourceName,
)


class Row(Protocol):
    """A row of any store: values by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401 - what the column holds
        """Return the value of a column; raise ``KeyError`` or ``IndexError`` if there is none."""


DECODE_ERRORS: Final = (ValueError, KeyError, TypeError, IndexError)
"""What reading a row that we did not write may raise."""


_SIGNALS: Final = {signal.value: signal for signal in Signal}
_KINDS: Final = {kind.value: kind for kind in ReasonKind}
"""Looked up rather than called: a claim reads hundreds of them before each batch of mails."""


def to_json(value: object) -> str:
    """Write compact JSON, ASCII only; refuse what JSON cannot say (NaN, infinity)."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def to_text(value: str) -> str:
    """Return text that UTF-8 can hold: lone surrogates become U+FFFD."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_text_or_none(value: str | None) -> str | None:
    """Return ``to_text`` of what is there."""
    return None if value is None else to_text(value)


def to_instant(value: datetime) -> str:
    """Write an instant so that the order of texts is the order in time."""
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def from_instant(text: str) -> datetime:
    """Read an instant, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def from_instant_or_none(text: str | None) -> datetime | None:
    """Read an instant, where there is one."""
    return None if text is None else from_instant(text)


def encode_picks(picks: Iterable[Pick]) -> str:
    """Write picks: a list of id, version, value, parts, reasons, pinned."""
    return to_json([_pick_to_list(pick) for pick in picks])


def decode_picks(text: str) -> tuple[Pick, ...]:
    """Read what ``encode_picks`` wrote, in its order."""
    return tuple([_pick_from_list(row) for row in json.loads(text)])


def encode_batches(batches: Iterable[Batch]) -> str:
    """Write the batches of an issue."""
    return to_json([batch_to_row(batch) for batch in batches])


def decode_batches(text: str) -> tuple[Batch, ...]:
    """Read what ``encode_batches`` wrote, in its order."""
    return tuple(batch_from_row(row) for row in json.loads(text))


def batch_to_row(batch: Batch) -> dict[str, Any]:
    """Write a batch as columns."""
    return {
        "category": batch.category,
        "announced_on": batch.announced_on.isoformat(),
        "state": batch.state.value,
        "expected": batch.expected,
        "fetched": batch.fetched,
        "unseen": batch.unseen,
        "source": batch.source.value if batch.source else None,
        "detail": to_text(batch.detail),
        "set_aside": to_json([[entry.entry, entry.why] for entry in batch.set_aside]),
    }


def batch_from_row(row: Row) -> Batch:
    """Read what ``batch_to_row`` wrote."""
    source = row["source"]
    return Batch(
        category=row["category"],
        announced_on=date.fromisoformat(row["announced_on"]),
        state=BatchState(row["state"]),
        expected=row["expected"],
        fetched=row["fetched"],
        unseen=row["unseen"],
        source=SourceName(source) if source else None,
        detail=row["detail"],
        set_aside=tuple(
            SetAside(entry=entry, why=why) for entry, why in json.loads(row["set_aside"])
        ),
    )


def _pick_to_list(pick: Pick) -> list[Any]:
    score = pick.score
    parts = {signal.value: share for signal, share in score.parts.items()}
    reasons = [[reason.kind.value, reason.term, reason.value] for reason in score.reasons]
    return [pick.paper_id, pick.version, score.value, parts, reasons, int(score.pinned)]


def _pick_from_list(values: Sequence[Any]) -> Pick:
    paper_id, version, value, parts, reasons, pinned = values
    score = Score(
        value=value,
        parts={_SIGNALS[signal]: share for signal, share in parts.items()},
        reasons=tuple(
            [Reason(kind=_KINDS[kind], term=term, value=share) for kind, term, share in reasons]
        ),
        pinned=bool(pinned),
    )
    return Pick(paper_id=paper_id, version=version, score=score)
