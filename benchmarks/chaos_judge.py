"""Say what a run of ``chaos`` came to: the ledger's word against the fake provider's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from newsletter.model import Delivery, DeliveryState

_D = DeliveryState

ACCEPTED: Final = frozenset({_D.SENT, _D.DELIVERED, _D.DELAYED, _D.BOUNCED, _D.COMPLAINED})
"""States that say: the provider took it."""
HELD: Final = frozenset({_D.UNKNOWN, _D.PARKED})
REFUSED: Final = frozenset({_D.REJECTED, _D.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One run, judged.

    Attributes:
        duplicates: ids of deliveries of which the provider accepted more than one mail.
        lost: ids that are neither accepted nor held or refused with a reason.
        wrong: ids of which the ledger says what is not so.
        resolved: how many UNKNOWN became known by an event.
        held: how many stayed UNKNOWN; of them ``held_accepted`` had been taken in truth.
    """

    duplicates: tuple[str, ...]
    lost: tuple[str, ...]
    wrong: tuple[str, ...]
    resolved: int
    held: int
    held_accepted: int
    states: Mapping[str, int] = field(default_factory=dict)


def judge(
    planned: Sequence[str],
    rows: Iterable[Delivery],
    *,
    accepted: Mapping[str, int],
    unknown_before: frozenset[str],
    reported: frozenset[str],
) -> Verdict:
    """Compare.

    Args:
        planned: the ids of the deliveries that there must be.
        rows: the ledger's.
        accepted: delivery id → how many of its mails the provider took.
        unknown_before: ids that were UNKNOWN before events were applied.
        reported: ids of which an event was applied.
    """
    by_id = {row.id: row for row in rows}
    there = [by_id[each] for each in planned if each in by_id]
    return Verdict(
        duplicates=tuple(each for each, count in accepted.items() if count > 1),
        lost=tuple(each for each in planned if _is_lost(by_id.get(each), accepted)),
        wrong=(
            *(each for each in by_id.keys() - set(planned)),
            *(row.id for row in there if _is_wrong(row, accepted, reported)),
        ),
        resolved=sum(row.state in ACCEPTED for row in there if row.id in unknown_before),
        held=sum(row.state is _D.UNKNOWN for row in there),
        held_accepted=sum(row.state is _D.UNKNOWN and row.id in accepted for row in there),
        states=dict(Counter(row.state.value for row in there)),
    )


def _is_lost(row: Delivery | None, accepted: Mapping[str, int]) -> bool:
    if row is None:
        return True
    if row.state in REFUSED:
        return not row.reason
    return row.state not in HELD and not accepted.get(row.id)


def _is_wrong(row: Delivery, accepted: Mapping[str, int], reported: frozenset[str]) -> bool:
    """Tell whether the ledger denies a mail that was taken, or doubts one that was reported."""
    if row.state in REFUSED:
        return bool(accepted.get(row.id))
    return row.state in HELD and row.id in reported
