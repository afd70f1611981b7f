"""Keywords as people write them: a phrase, and a weight after a colon if it matters."""

import re

from subscribers.errors import InvalidInterestsError
from subscribers.interests import Keyword

_WEIGHT = re.compile(r"(?P<phrase>.*):\s*(?P<weight>[+\-−]?(?:\d+\.?\d*|\.\d+))\s*", re.DOTALL)


def parse_keyword(text: str) -> Keyword:
    """Read ``phrase`` or ``phrase:weight``; white space is folded to single spaces.

    Raises:
        InvalidInterestsError: nothing is left of it, it has control characters, or its
            weight is out of range.
    """
    match = _WEIGHT.fullmatch(text)
    if match is None:
        return Keyword(phrase=_folded(text))
    weight = float(match["weight"].replace("−", "-"))
    return Keyword(phrase=_folded(match["phrase"]), weight=weight)


def format_keyword(keyword: Keyword) -> str:
    """Write a keyword so that ``parse_keyword`` reads the same one, its weight to six digits."""
    if keyword.weight == 1.0 and _WEIGHT.fullmatch(keyword.phrase) is None:
        return keyword.phrase
    weight = f"{keyword.weight:.6f}".rstrip("0").rstrip(".")
    return f"{keyword.phrase}:{weight}"


def _folded(text: str) -> str:
    folded = " ".join(text.split())
    if not folded.isprintable():
        raise InvalidInterestsError(
            f"the keyword {folded[:20]!r} has characters that cannot be seen: type it anew",
            field="keywords",
        )
    return folded
