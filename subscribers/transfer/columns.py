"""The columns of a file of subscribers, by all the names people give them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from subscribers.choices import LISTS, PARSERS
from subscribers.errors import UnreadableFileError

ADDRESS = "address"
STATE = "state"
ONLY_EXPORTED = ("created_at", "confirmed_at")
COLUMNS = (ADDRESS, STATE, *PARSERS, *ONLY_EXPORTED)

_PHRASES = frozenset({"keywords", "exclude"})
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "email": ADDRESS,
        "e_mail": ADDRESS,
        "mail": ADDRESS,
        "email_address": ADDRESS,
        "e_mail_address": ADDRESS,
        "time_zone": "timezone",
        "category": "categories",
        "keyword": "keywords",
        "author": "authors",
        "lang": "language",
        "status": STATE,
    }
)


def column(name: str) -> str | None:
    """Return the column that is meant by a name; None when there is none."""
    plain = "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())
    plain = _ALIASES.get(plain, plain)
    return plain if plain in COLUMNS else None


def columns(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a head line.

    Raises:
        UnreadableFileError: one is unknown or there twice, or that of the addresses is missing.
    """
    _expect_address(names)
    known = tuple(_known(name) for name in names)
    twice = next((name for name in known if known.count(name) > 1), None)
    if twice is not None:
        raise UnreadableFileError(f"the column {twice!r} is there twice: remove one of them")
    return known


def splits_at_commas(name: str) -> bool:
    """Tell whether commas stand between the entries of a cell; names of people have their own."""
    return name in _PHRASES


def takes_several(name: str) -> bool:
    """Tell whether the column's cells are lists."""
    return name in LISTS


def _expect_address(names: Sequence[str]) -> None:
    """Refuse a file without addresses, unless their column's name is only misspelt."""
    if not any(column(name) == ADDRESS or _near(name) == [ADDRESS] for name in names):
        raise UnreadableFileError(
            f"the column {ADDRESS!r} is missing: the first line of a CSV file names the columns, "
            f"which can be {', '.join(COLUMNS)}"
        )


def _near(name: str) -> list[str]:
    return get_close_matches(name.strip().lower(), COLUMNS, n=1)


def _known(name: str) -> str:
    found = column(name)
    if found is not None:
        return found
    near = _near(name)
    raise UnreadableFileError(
        f"the column {name.strip()[:40]!r} is unknown: "
        + (f"did you mean {near[0]!r}?" if near else f"remove it; there are {', '.join(COLUMNS)}")
    )
