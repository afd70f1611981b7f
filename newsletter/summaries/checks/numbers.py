"""Every number of a summary must stand in the paper."""

import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = re.compile(r"(?<![\d.,])\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WORDS: Final = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20",
    "hundred": "100", "thousand": "1000", "million": "1000000", "twice": "2", "double": "2",
    "doubling": "2", "doubles": "2", "triple": "3", "half": "50", "once": "1", "dual": "2",
    "first": "1", "second": "2", "third": "3", "single": "1", "pair": "2", "quarter": "25",
    "zero": "0", "both": "2", "single-": "1", "bi": "2", "tri": "3",
}  # fmt: skip
_SCALES: Final = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "t": 1e12,
    "trillion": 1e12, "万": 1e4, "亿": 1e8, "千": 1e3, "百万": 1e6,
}  # fmt: skip
_SCALED: Final = re.compile(
    r"(\d+(?:,\d{3})*(?:\.\d+)?)[\s-]*(thousand|million|billion|trillion|百万|万|亿|千|[kKmMbBtT](?![A-Za-z]))"
)
_LIST_MARK: Final = re.compile(r"(?:^|(?<=[\s;；，,：:。（(]))[（(]?\d{1,2}[)）.、](?!\d)")
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉０１２３４５６７８９", "0123456789" * 3)
_WORD: Final = re.compile(r"[a-z]+")


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of a text in one spelling: ``1,200`` and ``1.2k`` both are 1200."""
    flat = text.translate(_SUPERSCRIPTS)
    plain = {_canonical(found) for found in _NUMBER.findall(flat)}
    scaled = {_scaled(number, unit) for number, unit in _SCALED.findall(flat)}
    return frozenset(plain | scaled)


def known_numbers(text: str) -> frozenset[str]:
    """Return the numbers a text supports: also those it writes as words, and round percentages."""
    words = {_WORDS[word] for word in _WORD.findall(text.casefold()) if word in _WORDS}
    numbers = numbers_in(text)
    shares = {_canonical(f"{float(each) * 100:.6f}") for each in numbers if _is_share(each)}
    return numbers | words | shares


def unknown_numbers(summary: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """Return the numbers of a summary that the paper does not have, sorted.

    Marks of lists (``1)``) are none. A number with a scale is known in either spelling.
    """
    found: set[str] = set()
    for text in summary:
        flat = _LIST_MARK.sub(" ", text.translate(_SUPERSCRIPTS))
        spelled = {_canonical(n): _scaled(n, unit) for n, unit in _SCALED.findall(flat)}
        for number in map(_canonical, _NUMBER.findall(flat)):
            if number not in known and spelled.get(number, number) not in known:
                found.add(number)
    return tuple(sorted(found))


def _canonical(number: str) -> str:
    text = number.replace(",", "")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.lstrip("0") or "0" if "." not in text else text


def _scaled(number: str, unit: str) -> str:
    scale = _SCALES.get(unit) or _SCALES[unit.casefold()]
    return _canonical(f"{float(number.replace(',', '')) * scale:.6f}")


def _is_share(number: str) -> bool:
    return number.startswith("0.") and len(number) <= 6
