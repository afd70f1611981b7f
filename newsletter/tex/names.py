r"""Author names out of one comma-joined string in raw TeX.

The feeds join names by commas and leave affiliations in parentheses, with commas of their own:
``M. Gorp (Valeo, PIMM Lab), B\'en (CNRS)``.
"""

import re

from newsletter.tex.clean import fold
from newsletter.tex.resolve import to_unicode

_SEPARATOR = re.compile(r"[,;]|\s+(?:and|&)\s+")
_SUFFIX = re.compile(r"^(?:Jr|Sr|II|III|IV|PhD|M\.?D)\.?$")
_COLLABORATION = re.compile(
    r"^(.*\b(?:Collaboration|Consortium|Team|Group)s?)\s*:\s*(.*)$", re.IGNORECASE
)
_ON_BEHALF = re.compile(r"^(?:on behalf of|for|representing)\s+(?:the\s+)?(?=\S)", re.IGNORECASE)
_NOTHING = re.compile(r"^[\W_]*$")
_OPEN, _CLOSE = "([{", ")]}"


def split_authors(raw: str) -> tuple[str, ...]:
    r"""Return the names in order: accents resolved, affiliations dropped.

    ``M\'elissa Tamine (Lab A, City), LIGO Collaboration: A. Abbott`` → ``Mélissa Tamine``,
    ``LIGO Collaboration``, ``A. Abbott``. Parentheses that never close are read as text.
    """
    names: list[str] = []
    for part in _SEPARATOR.split(_without_affiliations(fold(raw))):
        for name in _names_of(part):
            if names and _SUFFIX.match(name):
                names[-1] += f" {name}"
            else:
                names.append(name)
    return tuple(names)


def _without_affiliations(raw: str) -> str:
    """Cut balanced parentheses, nested ones too; one pass, whatever stands in them."""
    kept: list[str] = []
    openings: list[int] = []
    for char in raw:
        kept.append(char)
        if char == "(":
            openings.append(len(kept) - 1)
        elif char == ")" and openings:
            del kept[openings.pop() :]
    return "".join(kept)


def _names_of(part: str) -> list[str]:
    text = fold(to_unicode(part).replace("~", " ")).replace("{", "").replace("}", "")
    collaboration = _COLLABORATION.match(text)
    texts = collaboration.groups() if collaboration else (text,)
    names = (_ON_BEHALF.sub("", name.strip()) for name in texts)
    return [name for name in names if not _NOTHING.match(name)]
