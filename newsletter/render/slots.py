"""A text rendered once, with holes that are filled for every reader."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_SLOT = re.compile(r"\x02(\w+)\x03")


def slot(name: str) -> str:
    """Return the mark of a hole: control characters that no cleaned text can contain."""
    return f"\x02{name}\x03"


@dataclass(frozen=True, slots=True)
class Slotted:
    """Static text around named holes.

    Attributes:
        statics: one more than there are names; ``statics[i]`` stands before ``names[i]``.
    """

    statics: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def parse(cls, rendered: str) -> "Slotted":
        """Split a text rendered with ``slot`` marks in the place of values."""
        pieces = _SLOT.split(rendered)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each hole filled; values must be escaped already."""
        pieces = [self.statics[0]]
        for name, static in zip(self.names, self.statics[1:], strict=True):
            pieces.append(values[name])
            pieces.append(static)
        return "".join(pieces)

    def missing_from(self, names: Iterable[str]) -> frozenset[str]:
        """Name the holes that ``names`` would leave empty."""
        return frozenset(self.names) - frozenset(names)

    def bind(self, values: Mapping[str, str]) -> "Slotted":
        """Fill some holes for good; the others stay open."""
        return self.parse(self.fill({name: slot(name) for name in self.names} | dict(values)))
