"""The form of an answer, as JSON Schema (the part of it that strict endpoints take)."""

from typing import Any, Final

SECTIONS: Final = ("contributions", "methods", "results", "conclusions")


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT: Final = {"type": "string"}
_TABLE: Final = _object({"columns": _list(_TEXT), "rows": _list(_list(_TEXT))})

ANSWER_SCHEMA: Final[dict[str, Any]] = _object(
    {
        "tldr": _TEXT,
        "contributions": _list(_TEXT),
        "method": _list(_TEXT),
        "results": _list(_TEXT),
        "limitations": _list(_TEXT),
        "table": {"anyOf": [_TABLE, {"type": "null"}]},
        "key_terms": _list(_TEXT),
        "sections": _object(dict.fromkeys(SECTIONS, _TEXT)),
    }
)
"""Lengths and counts are not in it: not every endpoint takes them; the checks look at them."""
