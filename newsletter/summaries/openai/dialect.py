"""What an endpoint understands: found out by asking, and remembered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from newsletter.summaries.schema import ANSWER_SCHEMA

TEMPERATURE: Final = 0.2


class AnswerForm(StrEnum):
    """How JSON is asked for, from the strictest on; PLAIN asks in the prompt only."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    PLAIN = "text"


_NEXT_FORM: Final = {
    AnswerForm.SCHEMA: AnswerForm.OBJECT,
    AnswerForm.OBJECT: AnswerForm.PLAIN,
}
_NAMES: Final = {
    "form": re.compile(
        r"response_?format|json_?schema|json_?object|structured output", re.IGNORECASE
    ),
    "limit": re.compile(r"(?i)max_(?:completion_)?tokens"),
    "temperature": re.compile(r"(?i)temperature"),
    "stream": re.compile(r"(?i)\bstream"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Which optional parameters an endpoint takes.

    Attributes:
        limit_name: how the length of an answer is limited; None for not at all.
        has_temperature: reasoning models take none.
        streams: some answer in pieces only.
    """

    form: AnswerForm = AnswerForm.SCHEMA
    limit_name: str | None = "max_tokens"
    has_temperature: bool = True
    streams: bool = False

    def parameters(self, max_tokens: int) -> Mapping[str, Any]:
        """Return the optional parameters of a call."""
        found: dict[str, Any] = {}
        if self.form is not AnswerForm.PLAIN:
            found["response_format"] = _FORMATS[self.form]
        if self.limit_name is not None:
            found[self.limit_name] = max_tokens
        if self.has_temperature:
            found["temperature"] = TEMPERATURE
        if self.streams:
            found["stream"] = True
        return found

    def after(self, refusal: str) -> "Dialect | None":
        """Return the dialect to try next; None when the refusal is about none of this."""
        if _NAMES["stream"].search(refusal) and not self.streams:
            return replace(self, streams=True)
        if _NAMES["form"].search(refusal) and self.form in _NEXT_FORM:
            return replace(self, form=_NEXT_FORM[self.form])
        if _NAMES["temperature"].search(refusal) and self.has_temperature:
            return replace(self, has_temperature=False)
        if _NAMES["limit"].search(refusal) and self.limit_name is not None:
            return replace(self, limit_name=_other_limit(self.limit_name))
        return None


def _other_limit(name: str) -> str | None:
    return "max_completion_tokens" if name == "max_tokens" else None


_FORMATS: Final[Mapping[AnswerForm, Any]] = {
    AnswerForm.SCHEMA: {
        "type": "json_schema",
        "json_schema": {"name": "summary", "strict": True, "schema": ANSWER_SCHEMA},
    },
    AnswerForm.OBJECT: {"type": "json_object"},
}
