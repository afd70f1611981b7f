"""Say what is wrong with a setting: the key, where it stands, what is wrong, and the fix."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from newsletter.config.keys import Key, nearest

MAX_ERRORS = 10

_WORDS = {
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "bool_type": "it must be true or false",
    "string_type": 'it must be text, in "quotes"',
    "tuple_type": "it must be a list, in [brackets]",
    "path_type": "it must be a path, in quotes",
    "model_type": "it must be a table",
}


def explain(error: ValidationError, *, origins: Mapping[str, str], keys: Mapping[str, Key]) -> str:
    """Return one line for each wrong key, at most ``MAX_ERRORS`` of them."""
    details = error.errors(include_url=False, include_input=False)
    lines = [_line(each, origins, keys) for each in details[:MAX_ERRORS]]
    if len(details) > MAX_ERRORS:
        lines.append(f"… and {len(details) - MAX_ERRORS} more")
    return "\n".join(dict.fromkeys(lines))


def _line(detail: ErrorDetails, origins: Mapping[str, str], keys: Mapping[str, Key]) -> str:
    dotted = ".".join(str(part) for part in detail["loc"][:2])
    place = origins.get(dotted) or next(
        (place for key, place in origins.items() if key.startswith(f"{dotted}.")), "default"
    )
    if detail["type"] == "extra_forbidden":
        return f"{dotted} ({place}): {_unknown(dotted, keys)}"
    position = [f"entry {part + 1}: " for part in detail["loc"][2:3] if isinstance(part, int)]
    return f"{dotted} ({place}): {''.join(position)}{_what(detail)}"


def _unknown(dotted: str, keys: Mapping[str, Key]) -> str:
    near = nearest(dotted, keys)
    if "." in dotted:
        return "there is no such key" + (f"; did you mean {near}?" if near else "; remove it")
    names = list(dict.fromkeys(key.section for key in keys.values()))
    near = nearest(dotted, names)
    return "there is no such section; " + (
        f"did you mean [{near}]?" if near else f"the sections are {', '.join(names)}"
    )


def _what(detail: ErrorDetails) -> str:
    if detail["type"] in _WORDS:
        return _WORDS[detail["type"]]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context.get("error", detail["msg"]))
    return detail["msg"].replace("Input should be", "it must be").replace("String", "it")
