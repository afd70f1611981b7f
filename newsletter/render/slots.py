"""A text rendered once, with holes that are filled for every reader."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_SLOT = re.compile(r"\x02(\w+)\x03")


def slot(name: str) -> str:
    """Return the mark of a hole: control characters that no cleaned text can contain."""
    return f"\x02{name}\x03"


def extra_bytes(text: str) -> int:
    """Return how many bytes more than characters ``text`` has in UTF-8."""
    return 0 if text.isascii() else len(text.encode()) - len(text)


class Sized(NamedTuple):
    """A text in pieces, and how many bytes more than characters it has in UTF-8.

    Pieces are joined once, when the mail is whole: copying is what costs.
    """

    pieces: Sequence[str]
    extra: int

    @classmethod
    def of(cls, text: str) -> "Sized":
        """Measure a text."""
        return cls((text,), extra_bytes(text))


@dataclass(frozen=True, slots=True)
class Slotted:
    """Static text around named holes.

    Attributes:
        statics: one more than there are names; ``statics[i]`` stands before ``names[i]``.
        extra: of the static text, as ``extra_bytes``.
    """

    statics: tuple[str, ...]
    names: tuple[str, ...]
    extra: int

    @classmethod
    def parse(cls, rendered: str) -> "Slotted":
        """Split a text rendered with ``slot`` marks in the place of values."""
        pieces = _SLOT.split(rendered)
        statics = tuple(pieces[::2])
        return cls(statics, tuple(pieces[1::2]), sum(map(extra_bytes, statics)))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each hole filled; values must be escaped already."""
        return self.fill_in_order([values[name] for name in self.names])

    def fill_in_order(self, values: Sequence[str]) -> str:
        """Return the text with its holes filled from first to last."""
        return "".join(self.pieces(values))

    def pieces(self, values: Sequence[str]) -> list[str]:
        """Return static text and values in turn; ``values[i]`` is at ``2 * i + 1``."""
        pieces = [""] * (2 * len(self.names) + 1)
        pieces[::2] = self.statics
        pieces[1::2] = values
        return pieces

    def bind(self, values: Mapping[str, str]) -> "Slotted":
        """Fill some holes for good; the others stay open."""
        return self.parse(self.fill({name: slot(name) for name in self.names} | dict(values)))

    def missing_from(self, names: Iterable[str]) -> frozenset[str]:
        """Name the holes that ``names`` would leave empty."""
        return frozenset(self.names) - frozenset(names)
