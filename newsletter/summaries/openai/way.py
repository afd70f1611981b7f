"""Where the model is, and how it is asked."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An endpoint and a model.

    Attributes:
        api_key: may be empty where the endpoint wants none.
        input: ``file`` uploads the PDF, as qwen-long wants it; else the text stands in the prompt.
        connections: how many calls may run at once.
        max_answer_tokens: longer answers are cut off, and then refused.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    input: Literal["abstract", "fulltext", "file"] = "abstract"
    connections: int = 8
    max_answer_tokens: int = 4_000
