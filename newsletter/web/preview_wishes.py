"""What a visitor typed, read leniently: what is wrong is told, the rest counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from subscribers.errors import InvalidInterestsError
from subscribers.interests import MAX_KEYWORDS, Interests
from subscribers.preferences import Preferences, parse_preferences

FIELDS: Final = ("categories", "keywords", "exclude", "authors", "max_papers")

_LINES: Final = re.compile(r"[\r\n]+")
_ITEMS: Final = re.compile(r"[\r\n;]+")
_SEPARATORS: Final = {
    "categories": re.compile(r"[\s,;]+"),
    "keywords": _ITEMS,
    "exclude": _ITEMS,
    "authors": _LINES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """A form of interests.

    Attributes:
        interests: what could be read.
        errors: field → what is wrong with it.
        typed: field → its text, to be shown again.
        is_empty: nothing was typed that papers could be ranked by.
    """

    interests: Interests
    errors: Mapping[str, str]
    typed: Mapping[str, str]
    is_empty: bool


def read_wishes(fields: Sequence[tuple[str, str]], *, template: Interests) -> Wishes:
    """Read a form; several fields of one name count together.

    Args:
        fields: names and texts, in the form's order.
        template: gives what a visitor does not choose here.
    """
    typed = {name: "\n".join(text for each, text in fields if each == name) for name in FIELDS}
    given = {name: _split(name, text) for name, text in typed.items() if text.strip()}
    errors: dict[str, str] = {}
    read = [_read(name, value, errors) for name, value in given.items()]
    plain = Interests(announce_types=template.announce_types, max_papers=template.max_papers)
    interests = plain
    for preferences in read:
        interests = preferences.interests(interests)
    wanted = (interests.categories, interests.keywords, interests.authors)
    return Wishes(interests=interests, errors=errors, typed=typed, is_empty=not any(wanted))


def _split(name: str, text: str) -> str | tuple[str, ...]:
    separator = _SEPARATORS.get(name)
    if separator is None:
        return text.strip().splitlines()[-1]
    return tuple(filter(None, (item.strip() for item in separator.split(text))))[: MAX_KEYWORDS + 1]


def _read(name: str, value: str | tuple[str, ...], errors: dict[str, str]) -> Preferences:
    """Read one field; where some of its items are wrong, the others count."""
    try:
        return parse_preferences({name: value})
    except InvalidInterestsError as error:
        errors[name] = str(error).removeprefix(f"{name}: ")
    if isinstance(value, str) or len(value) > MAX_KEYWORDS:
        return Preferences()
    return parse_preferences({name: tuple(item for item in value if _is_good(name, item))})


def _is_good(name: str, item: str) -> bool:
    try:
        parse_preferences({name: (item,)})
    except InvalidInterestsError:
        return False
    return True
