"""How summaries are made."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from newsletter.config.section import Section
from newsletter.config.texts import FilledLine, Line, WebAddress

Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Dollars = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Prices = Annotated[tuple[FilledLine, ...], Field(strict=False, max_length=100)]

MAX_PRICE_USD = 1_000_000.0


class SummarySettings(Section):
    """What each paper says, once for all readers."""

    kind: Literal["extractive", "openai"] = "extractive"
    """"extractive": the authors' own sentences, no network. "openai": any compatible endpoint."""
    base_url: WebAddress = "https://api.openai.com/v1"
    """For "openai": the endpoint, such as http://localhost:11434/v1 for Ollama."""
    model: FilledLine = "gpt-5-mini"
    """For "openai": the model's name."""
    api_key: SecretStr = SecretStr("")
    """For "openai": the key; may stay empty where the endpoint wants none."""
    input: Literal["abstract", "fulltext", "file"] = "abstract"
    """What is read of a paper: "abstract", "fulltext" (HTML or PDF), "file" (PDF is uploaded)."""
    max_input_tokens: Annotated[int, Field(ge=500, le=1_000_000)] = 12_000
    """For "fulltext": about how much of a paper is read."""
    house_language: FilledLine = "en"
    """Language of the summaries on the public pages, in the feeds and in the export."""
    prompts_dir: Line = ""
    """A folder of prompts that replace ours, one file for each language; empty for ours."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    """How many papers are asked about at once."""
    timeout_s: Seconds = 45.0
    """Seconds to wait for one answer."""
    patience_s: Seconds = 50.0
    """Seconds without any answer after which a run does without the model."""
    max_papers: Count = 600
    """How many papers a run asks about, each language counted; 0 for no limit."""
    max_tokens: Count = 3_000_000
    """How many tokens a run may consume; 0 for no limit."""
    max_cost_usd: Dollars = 0.0
    """How many US dollars a run may consume, by "prices"; 0 for no limit."""
    max_minutes: Minutes = 20.0
    """After how many minutes a run asks about nothing new; 0 for no limit."""
    prices: Prices = ()
    """"model:in:out", US dollars for a million tokens, as your provider says."""
    html_url: WebAddress = "https://arxiv.org/html"
    """Where papers are read as HTML; id and version are added."""
    pdf_url: WebAddress = "https://arxiv.org/pdf"
    """Where papers are read as PDF; id and version are added."""

    @field_validator("prices")
    @classmethod
    def _are_prices(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            _check_price(text)
        return value

    @field_validator("prices")
    @classmethod
    def _has_price(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        model, limit = info.data.get("model", ""), info.data.get("max_cost_usd", 0.0)
        if (
            limit
            and info.data.get("kind") == "openai"
            and not any(text.rsplit(":", 2)[0].strip() == model for text in value)
        ):
            raise ValueError(f'it must have the price of "{model}" while max_cost_usd is set')
        return value

    @property
    def prompts_folder(self) -> Path | None:
        """Return the folder of the operator's own prompts."""
        return Path(self.prompts_dir).expanduser() if self.prompts_dir else None


def _check_price(text: str) -> None:
    parts = text.rsplit(":", 2)
    try:
        is_price = len(parts) == 3 and bool(parts[0].strip())
        if is_price and all(0 <= float(part) <= MAX_PRICE_USD for part in parts[1:]):
            return
    except ValueError:
        pass
    raise ValueError('a price must be "model:in:out", such as "qwen3:8b:0.05:0.20"')
