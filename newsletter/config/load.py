"""Put the settings together: defaults, then the file, then the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from newsletter.config.environment import read_environment, read_text
from newsletter.config.explain import explain
from newsletter.config.file import Table, find_file, read_file
from newsletter.config.keys import Key, known_keys
from newsletter.config.settings import Settings
from newsletter.errors import ConfigurationError

DEFAULT_ORIGIN = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings, and where each came from.

    Attributes:
        origins: dotted key → ``default``, ``file PATH`` or ``environment VARIABLE``.
        file: the settings file that was read; None when there is none.
    """

    settings: Settings
    origins: Mapping[str, str]
    file: Path | None


def load_settings(
    config_file: Path | None,
    environ: Mapping[str, str],
    *,
    profile: str | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Loaded:
    """Load the settings from the file that counts and from the environment over it.

    Args:
        config_file: the one that was named.
        environ: the environment.
        profile: see ``find_file``.
        secrets: dotted key → text, as in the environment, of those that are not set there.

    Raises:
        ConfigurationError: anything is wrong; the message names key, place and fix.
    """
    keys = known_keys()
    path = find_file(config_file, environ, profile=profile)
    tables = read_file(path, keys) if path else {}
    origins = {f"{s}.{name}": f"file {path}" for s, table in tables.items() for name in table}
    for key, value, variable in read_environment(environ, keys):
        tables.setdefault(key.section, {})[key.name] = value
        origins[key.dotted] = f"environment {variable}"
    for dotted, text in (secrets or {}).items():
        if dotted not in origins:
            key = keys[dotted]
            tables.setdefault(key.section, {})[key.name] = read_text(text, key)
            origins[dotted] = "Parameter Store"
    settings = _validate(tables, origins, keys)
    known = {dotted: origins.get(dotted, DEFAULT_ORIGIN) for dotted in keys}
    return Loaded(settings=settings, origins=known, file=path)


def _validate(
    tables: dict[str, Table], origins: Mapping[str, str], keys: Mapping[str, Key]
) -> Settings:
    try:
        return Settings.model_validate(tables)
    except ValidationError as error:
        raise ConfigurationError(explain(error, origins=origins, keys=keys)) from error
