"""Prove that nobody was lost: every planned delivery has an end, or is known to be unfinished."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.model import DeliveryState
from newsletter.model.transitions import END_STATES
from newsletter.ports import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """What became of the deliveries of one issue.

    Attributes:
        candidates: how many were planned.
        ended: end state → how many; states without any are left out.
        unfinished: other state → how many; states without any are left out.
    """

    candidates: int
    ended: Mapping[DeliveryState, int]
    unfinished: Mapping[DeliveryState, int]

    @property
    def lost(self) -> int:
        """Return how many of the planned deliveries the ledger has no row of."""
        return self.candidates - sum(self.ended.values()) - sum(self.unfinished.values())

    @property
    def adds_up(self) -> bool:
        """Tell whether every candidate is accounted for, ended or not."""
        return self.lost == 0

    @property
    def is_finished(self) -> bool:
        """Tell whether the end states sum up to all candidates."""
        return self.candidates == sum(self.ended.values())


def account(counts: Mapping[DeliveryState, int], *, candidates: int | None = None) -> Accounting:
    """Sum up the ledger's counts.

    Args:
        counts: state → how many, as ``Ledger.count_by_state`` returns them.
        candidates: how many were planned, where that is known from elsewhere; else all counted.
    """
    there = {state: number for state, number in counts.items() if number}
    return Accounting(
        candidates=sum(there.values()) if candidates is None else candidates,
        ended={state: number for state, number in there.items() if state in END_STATES},
        unfinished={state: number for state, number in there.items() if state not in END_STATES},
    )


def account_issue(ledger: Ledger, issue_id: str) -> Accounting:
    """Hold the rows of an issue against the number of planned ones, which is kept apart."""
    progress = ledger.progress(issue_id)
    planned = progress.planned if progress is not None else 0
    return account(ledger.count_by_state(issue_id), candidates=planned)
