"""The settings file: where it is, and what stands in it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from newsletter.config.keys import Key, is_path
from newsletter.errors import ConfigurationError

FILE_NAME = "newsletter.toml"
VARIABLE = "NEWSLETTER_CONFIG"
MAX_BYTES = 1_000_000
_PROFILE = re.compile(r"[A-Za-z0-9_-]{1,40}")

Table = dict[str, Any]


def find_file(
    config_file: Path | None, environ: Mapping[str, str], *, profile: str | None = None
) -> Path | None:
    """Return the settings file that counts: the one named, else the one found, else None.

    A ``profile`` is looked for under its own name, and must be there.

    Raises:
        ConfigurationError: the one that was named does not exist.
    """
    if profile is not None and config_file is None:
        return _find_profile(profile)
    named = config_file or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    if named is not None:
        if not named.expanduser().is_file():
            origin = "--config" if config_file else VARIABLE
            raise ConfigurationError(
                f"{origin} names {named}, but there is no such file: "
                "make one with `newsletter init`, or correct the path"
            )
        return named.expanduser()
    places = (Path(FILE_NAME), user_config_path("arxiv-newsletter") / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def _find_profile(profile: str) -> Path:
    if not _PROFILE.fullmatch(profile):
        raise ConfigurationError(f"--profile {profile!r}: a name has letters, digits, - and _")
    name = f"newsletter.{profile}.toml"
    places = (Path(name), user_config_path("arxiv-newsletter") / name)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ConfigurationError(
            f"--profile {profile}: there is no {name}, neither here nor in {places[1].parent}: "
            "make one that names the tables; docs/operating.md shows it"
        )
    return found


def read_file(path: Path, keys: Mapping[str, Key]) -> dict[str, Table]:
    """Read the tables of a settings file; relative paths in it start at its folder.

    Raises:
        ConfigurationError: it cannot be read, is not TOML, or holds a secret.
    """
    tables = _parse(path)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigurationError(
                f"{name} in {path} stands outside of any table: "
                f"put it under its [section]; the sections are {_section_names(keys)}"
            )
    for key in keys.values():
        table = tables.get(key.section, {})
        if key.name in table:
            table[key.name] = _checked(table[key.name], key, path)
    return tables


def _parse(path: Path) -> Table:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigurationError(
                f"{path} is larger than {MAX_BYTES:,} bytes: name another file"
            )
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{path} is not TOML: {error}. See https://toml.io for how it is written"
        ) from error


def _checked(value: object, key: Key, path: Path) -> object:
    if key.is_secret:
        raise ConfigurationError(
            f"{key.dotted} may not stand in {path}: remove it there, and set the environment "
            f"variable {key.variable}, or {key.variable}_FILE to the path of a file that holds it"
        )
    if is_path(key) and isinstance(value, str) and not value.startswith("~"):
        return str(path.parent / value)
    return value


def _section_names(keys: Mapping[str, Key]) -> str:
    return ", ".join(dict.fromkeys(key.section for key in keys.values() if not key.is_secret))
