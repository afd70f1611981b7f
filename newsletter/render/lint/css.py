"""The little CSS that the rules need: declarations, lengths, colours, contrast."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

Color: TypeAlias = tuple[int, int, int]

_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|pt|em|rem|%)?\Z")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\Z")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)\Z")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMED: Mapping[str, Color] = MappingProxyType({"white": (255, 255, 255), "black": (0, 0, 0)})


@lru_cache(maxsize=1024)
def declarations(style: str) -> Mapping[str, str]:
    """Parse a ``style`` attribute: property → value, both lower-case; the last one counts."""
    found = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return MappingProxyType(found)


def length_px(value: str, *, font_px: float) -> float | None:
    """Return a length in CSS pixels; None when it is none, or has no unit (unless 0)."""
    match = _LENGTH.match(value)
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if unit is None:
        return 0.0 if number == 0 else None
    return number * {"px": 1, "pt": 4 / 3, "rem": 16, "em": font_px, "%": font_px / 100}[unit]


def color(value: str) -> Color | None:
    """Read ``#abc``, ``#aabbcc``, ``rgb(…)``, ``white`` or ``black``; None for anything else."""
    if match := _HEX.match(value):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.match(value):
        return int(match[1]), int(match[2]), int(match[3])
    return _NAMED.get(value)


@lru_cache(maxsize=1024)
def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio, 1..21. Source: WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: Color) -> float:
    red, green, blue = (_linear(channel / 255) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def without_comments(sheet: str) -> str:
    """Return a style sheet without comments and with its strings emptied."""
    return _STRING.sub('""', _COMMENT.sub("", sheet))
