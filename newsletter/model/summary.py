"""What a paper says, once for all readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_TLDR_CHARS = 400
MAX_POINTS = 3
MAX_TABLE_COLUMNS = 3
MAX_TABLE_ROWS = 6


class SummaryOrigin(StrEnum):
    """Who wrote a summary: a language model, or the authors, whose sentences were chosen."""

    LLM = "llm"
    EXTRACTIVE = "extractive"


class SummaryFault(StrEnum):
    """Why there is no summary by the model that was asked for.

    Of REFUSED and UNREADABLE the same question would bring the same: they are not asked again.
    """

    REFUSED = "refused"
    UNREADABLE = "unreadable"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    STOPPED = "stopped"
    OVER_BUDGET = "over_budget"

    @property
    def is_final(self) -> bool:
        """Tell whether asking again is of no use."""
        return self in (SummaryFault.REFUSED, SummaryFault.UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """A small table of results; at most 3 columns and 6 rows, each as long as ``columns``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryText:
    """What a summary says; plain Unicode on one line each, apart from ``markdown``.

    Attributes:
        tldr: at most 400 characters.
        contributions, method, results, limitations: at most 3 sentences each.
        table: None when there is nothing to compare.
        markdown: the whole summary for the paper's page; TeX and Markdown as they were written.
        key_terms: terms of the paper, copied from it.
    """

    tldr: str
    contributions: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    table: ResultTable | None = None
    markdown: str = ""
    key_terms: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        """Return all sentences but the first one, as a reader meets them."""
        return (*self.contributions, *self.method, *self.results, *self.limitations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one or several calls consumed.

    Attributes:
        cost_usd: None when the model has no price in the settings.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [each.cost_usd for each in (self, other) if each.cost_usd is not None]
        return Usage(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            cost_usd=sum(costs) if costs else None,
        )

    @property
    def tokens(self) -> int:
        """Return all tokens."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryKey:
    """What makes a summary another one.

    Attributes:
        language: of the summary, BCP 47.
        model, prompt_hash: who was asked, and how.
    """

    paper_id: str
    version: int
    language: str
    model: str
    prompt_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One paper's summary in one language.

    Attributes:
        key: what was asked for; the origin may be another than the model in it.
        fault, why: why it is not by that model; None and empty when it is.
        usage: what it consumed, failed tries included.
    """

    key: SummaryKey
    text: SummaryText
    origin: SummaryOrigin
    made_at: datetime
    fault: SummaryFault | None = None
    why: str = ""
    usage: Usage = field(default_factory=Usage)

    @property
    def paper_id(self) -> str:
        """Return the paper's id, without version."""
        return self.key.paper_id

    @property
    def is_settled(self) -> bool:
        """Tell whether asking the same model again would bring nothing new."""
        return self.fault is None or self.fault.is_final

    @property
    def author(self) -> str:
        """Name the model that wrote it; empty when the sentences are the authors' own."""
        return self.key.model if self.origin is SummaryOrigin.LLM else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRun:
    """What one run over the picks came to.

    Attributes:
        wanted: distinct (paper, language) picks; ``known`` of them were in the store.
        kept: by the model; ``extracted`` by choice of sentences.
        faults: why picks are not by the model, and how many.
        outage: one sentence when the endpoint failed; empty otherwise.
    """

    began_at: datetime
    seconds: float
    model: str
    wanted: int
    known: int
    kept: int
    extracted: int
    usage: Usage
    faults: Mapping[SummaryFault, int] = field(default_factory=dict)
    outage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryEstimate:
    """What a run would do, before it does anything.

    Attributes:
        to_ask: picks the model would be asked about, within the limits.
        over_budget: picks that the limits leave to extraction.
        usage: expected; calls without second tries.
    """

    model: str
    wanted: int
    known: int
    to_ask: int
    over_budget: int
    usage: Usage
