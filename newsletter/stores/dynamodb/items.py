"""Python values as DynamoDB's, and back: text, whole numbers, truth, bytes, lists, maps, sets.

None is never written: an attribute that is not there says so. Fractions are kept in JSON texts.
"""

from collections.abc import Mapping
from typing import Any, Final

Item = Mapping[str, Any]
"""The attributes of an item, as Python values."""

Wire = dict[str, Any]
"""A value as DynamoDB's API writes it: ``{"S": "text"}``."""

_READ_AS_IT_IS: Final = frozenset({"S", "BOOL", "B"})


def to_wire(value: object) -> Wire:  # noqa: PLR0911 - one for each kind
    """Write one value; raise ``TypeError`` for what has no form here."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [to_wire(each) for each in value]}
        case Mapping():
            return {"M": to_wire_item(value)}
        case set() | frozenset() if value and all(isinstance(each, str) for each in value):
            return {"SS": sorted(value)}
    raise TypeError(f"{type(value).__name__} cannot be written to DynamoDB")


def from_wire(wire: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what an attribute holds
    """Read one value; sets are frozen, lists are lists."""
    ((kind, value),) = wire.items()
    if kind in _READ_AS_IT_IS:
        return value
    match kind:
        case "N":
            return int(value)
        case "SS":
            return frozenset(value)
        case "L":
            return [from_wire(each) for each in value]
        case "M":
            return from_wire_item(value)
    raise ValueError(f"an attribute of the kind {kind} is none of ours")


def to_wire_item(item: Item) -> Wire:
    """Write attributes; those that are None are left out."""
    return {name: to_wire(value) for name, value in item.items() if value is not None}


def from_wire_item(wire: Mapping[str, Any]) -> dict[str, Any]:
    """Read attributes."""
    return {name: from_wire(value) for name, value in wire.items()}
