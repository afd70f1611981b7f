"""Settings from the environment: ``NEWSLETTER_SECTION__NAME``, and ``…_FILE`` for secrets."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from newsletter.config.file import VARIABLE
from newsletter.config.keys import FILE_SUFFIX, PREFIX, Key, is_list, nearest
from newsletter.errors import ConfigurationError

MAX_SECRET_BYTES = 10_000
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_environment(
    environ: Mapping[str, str], keys: Mapping[str, Key]
) -> Iterator[tuple[Key, object, str]]:
    """Yield key, value and variable for each setting in the environment.

    A variable that is set to nothing counts as not set.

    Raises:
        ConfigurationError: a variable with our prefix is no setting; a file cannot be read.
    """
    by_variable = {key.variable: key for key in keys.values()}
    seen: dict[Key, str] = {}
    for variable in sorted(environ):
        text = environ[variable]
        if not variable.startswith(PREFIX) or variable == VARIABLE or not text.strip():
            continue
        key, text = _resolve(variable, text, by_variable)
        if key in seen:
            raise ConfigurationError(f"{seen[key]} and {variable} are both set: remove one of them")
        seen[key] = variable
        yield key, read_text(text, key), variable


def _resolve(variable: str, text: str, by_variable: Mapping[str, Key]) -> tuple[Key, str]:
    name = variable.upper()
    if name in by_variable:
        return by_variable[name], text
    of_file = by_variable.get(name.removesuffix(FILE_SUFFIX))
    if of_file is not None and of_file.is_secret:
        return of_file, _secret_in(Path(text), variable)
    if of_file is not None:
        raise ConfigurationError(
            f"{variable} is set, but {of_file.dotted} is no secret: set {of_file.variable} itself"
        )
    near = nearest(name, [*by_variable, VARIABLE])
    raise ConfigurationError(
        f"environment variable {variable}: there is no such setting"
        + (f"; did you mean {near}?" if near else "; `newsletter config show` lists all keys")
    )


def _secret_in(path: Path, variable: str) -> str:
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(MAX_SECRET_BYTES + 1)
        if len(content) > MAX_SECRET_BYTES:
            raise ConfigurationError(
                f"{variable} names {path}, which is larger than {MAX_SECRET_BYTES:,} bytes"
            )
        return content.decode().strip()
    except OSError as error:
        reason = error.strerror or error
        raise ConfigurationError(
            f"{variable} names {path}, which cannot be read: {reason}"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{variable} names {path}, which is not UTF-8 text") from error


def read_text(text: str, key: Key) -> object:
    """Read the text as the key's type; what cannot be read stays text, and is refused later."""
    text = text.strip()
    if is_list(key):
        return _list(text)
    if key.kind is bool:
        return _BOOLEANS.get(text.lower(), text)
    if key.kind in (int, float):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _list(text: str) -> object:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
