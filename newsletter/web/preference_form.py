"""The form of interests and hours: read with every error beside its field, and shown again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from newsletter.web.forms import Form
from subscribers.choices import LISTS, PARSERS
from subscribers.errors import InvalidInterestsError
from subscribers.model import Subscriber
from subscribers.preferences import Preferences, parse_preferences, written_preferences

Typed = Mapping[str, str | tuple[str, ...]]

_CHECKED: Final = frozenset({"categories", "announce_types"})
_LINES: Final = re.compile(r"[\r\n]+")
_ITEMS: Final = re.compile(r"[\r\n;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceForm:
    """What somebody typed.

    Attributes:
        preferences: all that could be read.
        errors: field → what is wrong with it.
        typed: field → as it was typed; checked boxes as a tuple.
    """

    preferences: Preferences
    errors: Mapping[str, str]
    typed: Typed


def read_preference_form(form: Form, *, blank_is_none: bool) -> PreferenceForm:
    """Read the fields of a form that it has.

    Args:
        form: with the fields' names as in ``Preferences``.
        blank_is_none: an empty list makes no choice (sign-up), else it chooses nothing.
    """
    typed: dict[str, str | tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    chosen: dict[str, Any] = {}
    names = {name for name, _ in form.fields}
    for name in PARSERS:
        if name not in names and (blank_is_none or name not in _CHECKED):
            continue
        typed[name] = form.all(name) if name in _CHECKED else form.first(name)
        given = _given(name, typed[name])
        if given or (name in LISTS and not blank_is_none):
            _read(name, given, chosen, errors)
    return PreferenceForm(preferences=replace(Preferences(), **chosen), errors=errors, typed=typed)


def typed_preferences(subscriber: Subscriber) -> Typed:
    """Return what the form shows of a record."""
    written = written_preferences(subscriber)
    return {
        name: value if isinstance(value, str) or name in _CHECKED else "\n".join(value)
        for name, value in written.items()
    }


def _given(name: str, typed: str | tuple[str, ...]) -> str | Sequence[str]:
    if isinstance(typed, tuple):
        return tuple(filter(None, (each.strip() for each in typed)))
    if name not in LISTS or name == "seed_papers":
        return typed.strip()
    separator = _LINES if name == "authors" else _ITEMS
    return tuple(filter(None, (each.strip() for each in separator.split(typed))))


def _read(
    name: str, given: str | Sequence[str], chosen: dict[str, Any], errors: dict[str, str]
) -> None:
    try:
        chosen[name] = getattr(parse_preferences({name: given}), name)
    except InvalidInterestsError as error:
        errors[name] = str(error).removeprefix(f"{name}: ")
