"""Single choices as people write them, each read on its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from subscribers.errors import InvalidInterestsError
from subscribers.interests import AnnounceType, Keyword
from subscribers.keywords import parse_keyword
from subscribers.model import Frequency
from subscribers.seed_papers import read_seed_papers

Value = TypeVar("Value")
Named = TypeVar("Named", bound=StrEnum)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_NAME_CHARS = 200
MAX_NAMES = 200

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _names(field: str, given: str | Sequence[str]) -> tuple[str, ...]:
    entries = (given,) if isinstance(given, str) else tuple(given)
    names = tuple(" ".join(entry.split()) for entry in entries)
    if len(names) > MAX_NAMES:
        raise _refused(field, f"there are {len(names)} entries; at most {MAX_NAMES} are allowed")
    for name in names:
        if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
            raise _refused(
                field,
                f"{name[:20]!r} is empty, too long, or has characters that cannot be seen",
            )
    return tuple(dict.fromkeys(names))


def _keywords(field: str, given: str | Sequence[str]) -> tuple[Keyword, ...]:
    return tuple({k.phrase: k for k in map(parse_keyword, _names(field, given))}.values())


def _seed_papers(field: str, given: str | Sequence[str]) -> tuple[str, ...]:
    found = read_seed_papers(given if isinstance(given, str) else "\n".join(given))
    if found.unread:
        raise _refused(field, f"{found.unread[0][:60]!r} has no arXiv id such as 2411.01234")
    if len(found.ids) > MAX_NAMES:
        raise _refused(field, f"there are {len(found.ids)} papers; at most {MAX_NAMES} are allowed")
    return found.ids


def _types(field: str, given: str | Sequence[str]) -> tuple[AnnounceType, ...]:
    return tuple(_one_of(AnnounceType, field, name) for name in _names(field, given))


def _frequency(field: str, given: str | Sequence[str]) -> Frequency:
    return _one_of(Frequency, field, _word(field, given))


def _weekday(field: str, given: str | Sequence[str]) -> int:
    word = _word(field, given)
    days = [number for number, day in enumerate(WEEKDAYS) if day.startswith(word.lower())]
    if len(days) != 1 or len(word) < 2:
        raise _refused(field, f"{word!r} is no day of the week: write one of {_either(WEEKDAYS)}")
    return days[0]


def _send_at(field: str, given: str | Sequence[str]) -> time:
    word = _word(field, given)
    match = _TIME.fullmatch(word)
    if match is None:
        raise _refused(field, f"{word!r} is no time of day: write it as 07:00")
    return time(int(match[1]), int(match[2]))


def _language(field: str, given: str | Sequence[str]) -> str:
    word = _word(field, given)
    if not _LANGUAGE.fullmatch(word):
        raise _refused(field, f"{word!r} is no language tag: write one such as en or zh-CN")
    return word


def _timezone(field: str, given: str | Sequence[str]) -> str:
    word = _word(field, given)
    try:
        return ZoneInfo(word).key
    except (KeyError, ValueError, OSError) as error:
        from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, for what is misspelt only

        near = get_close_matches(word, available_timezones(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write one such as Europe/Paris"
        raise _refused(field, f"{word!r} is no time zone; {hint}") from error


def _number(kind: Callable[[str], Value]) -> Callable[[str, str | Sequence[str]], Value]:
    def read(field: str, given: str | Sequence[str]) -> Value:
        word = _word(field, given)
        try:
            return kind(word)
        except ValueError as error:
            raise _refused(field, f"{word!r} is no number") from error

    return read


def _word(field: str, given: str | Sequence[str]) -> str:
    if not isinstance(given, str):
        raise _refused(field, "there is a list where one value is wanted")
    if len(given) > MAX_NAME_CHARS:
        raise _refused(field, f"there are {len(given)} characters; at most {MAX_NAME_CHARS} fit")
    return given.strip()


def _one_of(kind: type[Named], field: str, word: str) -> Named:
    try:
        return kind(word.lower())
    except ValueError as error:
        raise _refused(field, f"{word!r} is none of {_either([k.value for k in kind])}") from error


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _refused(field: str, why: str) -> InvalidInterestsError:
    return InvalidInterestsError(f"{field}: {why}", field=field)


PARSERS: Mapping[str, Callable[[str, str | Sequence[str]], Any]] = MappingProxyType(
    {
        "categories": _names,
        "keywords": _keywords,
        "exclude": _names,
        "authors": _names,
        "seed_papers": _seed_papers,
        "announce_types": _types,
        "min_score": _number(float),
        "max_papers": _number(int),
        "frequency": _frequency,
        "weekday": _weekday,
        "send_at": _send_at,
        "language": _language,
        "timezone": _timezone,
    }
)
"""Preference → how it is read from text."""

LISTS = frozenset({"categories", "keywords", "exclude", "authors", "seed_papers", "announce_types"})
"""Preferences that take several values."""
