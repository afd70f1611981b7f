"""Write many small groups of actions, each all or nothing, in few transactions."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from newsletter.stores.dynamodb.actions import MOST_ACTIONS, Action
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import ConditionFailedError

_Name = TypeVar("_Name", bound=Hashable)


def write_each(dynamo: Dynamo, groups: Mapping[_Name, Sequence[Action]]) -> tuple[_Name, ...]:
    """Write groups of actions; return the names of those that were refused.

    Groups come in their order as far as they fit; two that touch the same item are never in
    one transaction, which DynamoDB forbids: the later one is written later. A refused group holds
    no other back.
    """
    refused: list[_Name] = []
    left = dict(groups)
    while left:
        names = tuple(_fitting(left))
        failed = _write(dynamo, {name: left[name] for name in names})
        refused += failed
        for name in names:
            del left[name]
    return tuple(refused)


def _write(dynamo: Dynamo, groups: Mapping[_Name, Sequence[Action]]) -> tuple[_Name, ...]:
    """Write groups in one transaction, and without those that are refused in another."""
    try:
        dynamo.transact([action for group in groups.values() for action in group])
    except ConditionFailedError as error:
        failed = tuple(_failed(groups, error))
        rest = {name: group for name, group in groups.items() if name not in failed}
        return failed + _write(dynamo, rest)
    return ()


def _failed(
    groups: Mapping[_Name, Sequence[Action]], error: ConditionFailedError
) -> Iterator[_Name]:
    start = 0
    for name, group in groups.items():
        if any(error.failed[start : start + len(group)]):
            yield name
        start += len(group)


def _fitting(groups: Mapping[_Name, Sequence[Action]]) -> Iterator[_Name]:
    """Yield the names of groups that fit into one transaction; always the first one."""
    targets: set[tuple[str, str, str]] = set()
    skipped: set[tuple[str, str, str]] = set()
    for name, group in groups.items():
        touched = {action.target for action in group}
        if len(targets) + len(touched) > MOST_ACTIONS:
            return
        if touched & (targets | skipped):
            skipped |= touched
            continue
        targets |= touched
        yield name
