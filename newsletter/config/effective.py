"""The settings as they count, without their secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from newsletter.config.keys import Key, known_keys
from newsletter.config.settings import Settings
from subscribers.interests import Keyword
from subscribers.keywords import format_keyword

REDACTED = "(set, not shown)"

Plain = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSetting:
    """One key as it counts.

    Attributes:
        value: as JSON has it; secrets are ``REDACTED``, or None when not set.
        origin: ``default``, ``file PATH`` or ``environment VARIABLE``.
    """

    key: str
    value: Plain
    origin: str


def effective_settings(
    settings: Settings, origins: Mapping[str, str]
) -> tuple[EffectiveSetting, ...]:
    """Return every key with its value and where it came from, in the order of the sections."""
    return tuple(
        EffectiveSetting(key=dotted, value=_shown(settings, key), origin=origins[dotted])
        for dotted, key in known_keys().items()
    )


def _shown(settings: Settings, key: Key) -> Plain:
    value = getattr(getattr(settings, key.section), key.attribute)
    if key.is_secret:
        return REDACTED if _is_set(value) else None
    return plain(value)


def _is_set(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def plain(value: object) -> Plain:
    """Return the value as JSON and TOML have it."""
    match value:
        case bool() | int() | float() | str():
            return value if type(value) in (bool, int, float, str) else str(value)
        case Keyword():
            return format_keyword(value)
        case tuple():
            return [str(plain(each)) for each in value]
        case Path():
            return str(value)
    raise TypeError(f"no setting has a value of type {type(value).__name__}")
