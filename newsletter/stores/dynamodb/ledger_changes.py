"""Steps of mails, many in a transaction: each happens once, or is refused by itself.

Every transaction also counts what it changes, at one of the issue's gates. Where a reply was
lost and the request repeated, the row says by its token that it was we who changed it.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import randrange
from typing import Any, Final

from newsletter.model import DeliveryState
from newsletter.stores.dynamodb.actions import MOST_ACTIONS, Action, update
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import ConditionFailedError, damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_keys import GATES, gate_key

MADE_BY: Final = "made_by"
IS_OPEN: Final = "#state = :open AND attribute_not_exists(parked_until)"
_SPARE: Final = 3
"""How many actions beside its changes a transaction may have: the gate, and what goes along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of one mail.

    Attributes:
        delivery_id: of the mail.
        before: its state, for the counts; None when it is new.
        after: the state it comes to.
        row: makes the write of its row, which has the given token as ``made_by``.
        further: what is written along.
    """

    delivery_id: str
    before: DeliveryState | None
    after: DeliveryState
    row: Callable[[str], Action]
    further: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must hold of the issue, and what goes along with each transaction.

    Attributes:
        condition: on the gate; empty is nothing.
        values: what stands behind ``:name`` in it.
        along: makes further writes for the ids of the mails in a transaction, with its token.
    """

    condition: str = ""
    values: Item = field(default_factory=dict)
    along: Callable[[Sequence[str], str], Sequence[Action]] = lambda _ids, _token: ()


class GateShutError(Exception):
    """The issue is not in the state that the changes need; never leaves this package.

    Attributes:
        state: the state it is in; None when there is no such issue.
        done: ids of mails that were changed before.
    """

    def __init__(self, state: str | None, done: frozenset[str]) -> None:
        super().__init__(f"the issue is {state}")
        self.state = state
        self.done = done


class Changes:
    """Bring changes into the table."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def commit(
        self, issue_id: str, changes: Iterable[Change], gate: Gate | None = None
    ) -> frozenset[str]:
        """Make changes of mails of one issue, as many in a transaction as it holds.

        Returns the ids of those that were made; the rows of the others were not as they had to be.

        Raises:
            GateShutError: the issue's state forbids them.
            StoreError: some may have been made.
        """
        done: frozenset[str] = frozenset()
        for portion in _portions(changes):
            try:
                done |= self._commit_portion(issue_id, portion, gate or Gate())
            except GateShutError as error:
                raise GateShutError(error.state, done) from None
        return done

    def _commit_portion(
        self, issue_id: str, changes: Sequence[Change], gate: Gate
    ) -> frozenset[str]:
        left = list(changes)
        while left:
            token = secrets.token_urlsafe(12)
            at_gate = self._count(issue_id, left, gate)
            ids = [change.delivery_id for change in left]
            further = [action for change in left for action in change.further]
            rows = [change.row(token) for change in left]
            try:
                self._dynamo.transact([at_gate, *rows, *_once(further), *gate.along(ids, token)])
            except ConditionFailedError as refusal:
                if _is_ours(refusal, token):
                    return frozenset(ids)
                _check_gate(refusal)
                left = _without_refused(left, refusal)
            else:
                return frozenset(ids)
        return frozenset()

    def _count(self, issue_id: str, changes: Sequence[Change], gate: Gate) -> Action:
        numbers: Counter[str] = Counter()
        for change in changes:
            numbers[counter_of(change.after)] += 1
            if change.before is None:
                numbers["n_total"] += 1
            else:
                numbers[counter_of(change.before)] -= 1
        counts = {name: number for name, number in numbers.items() if number or name == "n_total"}
        added = ", ".join(f"{name} :{name}" for name in counts) or "n_total :nothing"
        values: dict[str, Any] = {**counts} if counts else {"nothing": 0}
        return update(
            self._table,
            gate_key(issue_id, randrange(GATES)),  # noqa: S311 - no secret
            f"ADD {added}",
            condition=f"attribute_exists(pk) AND {gate.condition}"
            if gate.condition
            else "attribute_exists(pk)",
            values={**values, **gate.values},
            names={"state": "state"} if "#state" in gate.condition else {},
        )


def counter_of(state: DeliveryState) -> str:
    """Return the attribute in which a gate counts mails in this state."""
    return f"n_{state.value}"


def _portions(changes: Iterable[Change]) -> Iterable[list[Change]]:
    portion: list[Change] = []
    size = 0
    for change in changes:
        needs = 1 + len(change.further)
        if portion and size + needs > MOST_ACTIONS - _SPARE:
            yield portion
            portion, size = [], 0
        portion.append(change)
        size += needs
    if portion:
        yield portion


def _once(actions: Iterable[Action]) -> Iterable[Action]:
    """Return one action for each item: a transaction takes no more, and notes are alike."""
    return {action.target: action for action in actions}.values()


def _is_ours(refusal: ConditionFailedError, token: str) -> bool:
    """Tell whether a transaction failed because it had succeeded already, its reply lost."""
    return any(found is not None and found.get(MADE_BY) == token for found in refusal.found)


def _check_gate(refusal: ConditionFailedError) -> None:
    if refusal.failed[0]:
        found = refusal.found[0]
        raise GateShutError(found["state"] if found else None, frozenset())


def _without_refused(changes: Sequence[Change], refusal: ConditionFailedError) -> list[Change]:
    refused = refusal.failed[1 : 1 + len(changes)]
    left = [change for change, is_refused in zip(changes, refused, strict=True) if not is_refused]
    if len(left) == len(changes):
        raise damaged("what goes along with mails", refusal)
    return left
