"""What a request to DynamoDB says: writes with their conditions, and queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from newsletter.stores.dynamodb.items import Item, Wire, to_wire_item

MOST_ACTIONS: Final = 100
"""How many actions a transaction may have."""


class Verb(StrEnum):
    """What an action does; the values are the API's words."""

    PUT = "Put"
    UPDATE = "Update"
    DELETE = "Delete"
    CHECK = "ConditionCheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One write, alone or in a transaction; a transaction has one of each item at most.

    Names and values in expressions: ``#name`` stands for the attribute ``name``, whatever it is
    called; ``:name`` for ``values["name"]``.

    Attributes:
        key: of the item, ``pk`` and ``sk``.
        item: of PUT, the attributes beside the key.
        update: of UPDATE, the update expression.
        condition: what must hold of the item as it is; empty is nothing.
        values: what stands behind ``:name``.
        names: attributes that stand in expressions as ``#name``, by that name.
    """

    verb: Verb
    table: str
    key: Item
    item: Item = field(default_factory=dict)
    update: str = ""
    condition: str = ""
    values: Item = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> tuple[str, str, str]:
        """Tell which item it is about."""
        return self.table, self.key["pk"], self.key["sk"]

    def fields(self) -> Wire:
        """Return the action as the API writes it."""
        wire: Wire = {"TableName": self.table}
        if self.verb is Verb.PUT:
            wire["Item"] = to_wire_item({**self.key, **self.item})
        else:
            wire["Key"] = to_wire_item(self.key)
        if self.update:
            wire["UpdateExpression"] = self.update
        if self.condition:
            wire["ConditionExpression"] = self.condition
            wire["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return wire | expression_fields(self.names, self.values)


def put(
    table: str, key: Item, item: Item, *, condition: str = "", values: Item | None = None
) -> Action:
    """Write a whole item, in the place of one that is there."""
    return Action(
        verb=Verb.PUT, table=table, key=key, item=item, condition=condition, values=values or {}
    )


def delete(table: str, key: Item, *, condition: str = "", values: Item | None = None) -> Action:
    """Take an item away; it need not be there unless the condition says so."""
    return Action(verb=Verb.DELETE, table=table, key=key, condition=condition, values=values or {})


def check(table: str, key: Item, condition: str, *, values: Item | None = None) -> Action:
    """Write nothing, but let the transaction fail unless the condition holds."""
    return Action(verb=Verb.CHECK, table=table, key=key, condition=condition, values=values or {})


def update(  # noqa: PLR0913 - the words of an update
    table: str,
    key: Item,
    expression: str,
    *,
    condition: str = "",
    values: Item | None = None,
    names: Mapping[str, str] | None = None,
) -> Action:
    """Change some attributes; the item is made where there is none."""
    return Action(
        verb=Verb.UPDATE,
        table=table,
        key=key,
        update=expression,
        condition=condition,
        values=values or {},
        names=names or {},
    )


def set_to(
    table: str, key: Item, attributes: Item, *, condition: str = "", values: Item | None = None
) -> Action:
    """Change just these attributes of an item; None takes one away."""
    kept = {name: value for name, value in attributes.items() if value is not None}
    gone = [name for name in attributes if name not in kept]
    parts = [f"SET {', '.join(f'#{name} = :{name}' for name in kept)}"] if kept else []
    parts += [f"REMOVE {', '.join(f'#{name}' for name in gone)}"] if gone else []
    return update(
        table,
        key,
        " ".join(parts),
        condition=condition,
        values={**kept, **(values or {})},
        names={name: name for name in attributes},
    )


def expression_fields(names: Mapping[str, str], values: Item) -> Wire:
    """Return the names and values of expressions as the API writes them."""
    wire: Wire = {}
    if names:
        wire["ExpressionAttributeNames"] = {f"#{short}": name for short, name in names.items()}
    written: dict[str, Any] = to_wire_item(values)
    if written:
        wire["ExpressionAttributeValues"] = {f":{name}": value for name, value in written.items()}
    return wire


def portions(actions: Iterable[Action], size: int = MOST_ACTIONS) -> Iterable[list[Action]]:
    """Yield actions, ``size`` at a time."""
    portion: list[Action] = []
    for action in actions:
        portion.append(action)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion
