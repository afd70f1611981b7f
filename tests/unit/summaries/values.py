"""Values for the tests of summaries."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from newsletter.model import (
    Paper,
    ResultTable,
    Summary,
    SummaryKey,
    SummaryOrigin,
    SummaryRun,
    SummaryText,
    Usage,
)
from newsletter.ports import SourceText
from newsletter.summaries.papertext import PaperText
from tests.factories import NOW, make_paper

HEADINGS = ("Contributions", "Methods", "Results", "Conclusions")
TOPICS = (
    ("Sparse attention for long contexts", "attention", "12.5", "LongBench"),
    ("Federated learning of diffusion models", "diffusion", "7.25", "ImageNet"),
    ("Protein folding with graph networks", "protein", "3.75", "CASP"),
    ("Robust control of legged robots", "legged robot", "41.5", "MuJoCo"),
    ("Speech recognition for rare dialects", "dialect speech", "18.75", "CommonVoice"),
    ("Quantum circuits for optimisation", "quantum circuit", "2.25", "MaxCut"),
)


def name_of(number: int) -> str:
    """Return the name of a paper's method, without a digit in it."""
    return "Model" + "".join(chr(ord("A") + int(digit)) for digit in str(number))


def make_topic_paper(number: int) -> Paper:
    """Make one of many papers that speak of different things."""
    title, topic, gain, benchmark = TOPICS[number % len(TOPICS)]
    abstract = (
        f"Work on {topic} is slow. We propose {name_of(number)}, a new method for {topic} that "
        f"needs no labels. It first filters its input and then trains a small {topic} module. "
        f"Experiments on {benchmark} show that {name_of(number)} improves accuracy by {gain}%."
    )
    return make_paper(number, title=f"{title}, part {number}", abstract=abstract)


def make_text(number: int = 0, **fields: Any) -> SummaryText:
    """Make a true English summary of ``make_topic_paper(number)``."""
    _, topic, gain, benchmark = TOPICS[number % len(TOPICS)]
    values: dict[str, Any] = {
        "tldr": f"{name_of(number)} is a method for {topic} that needs no labels; it is {gain}% "
        f"better on {benchmark}.",
        "contributions": (f"The authors propose {name_of(number)} for {topic}.",),
        "method": (f"It filters the input and trains a small {topic} module.",),
        "results": (f"On {benchmark} the accuracy improves by {gain}%.",),
        "table": ResultTable(columns=("Benchmark", "Gain"), rows=((benchmark, f"{gain}%"),)),
        "markdown": f"## Contributions\n\nThe authors propose **{name_of(number)}** for {topic}.",
        "key_terms": (name_of(number), benchmark),
    }
    return SummaryText(**(values | fields))


def make_key(number: int = 0, **fields: Any) -> SummaryKey:
    """Make the key of a summary in English by the model ``fake``."""
    paper = make_topic_paper(number)
    values: dict[str, Any] = {
        "paper_id": paper.id,
        "version": paper.version,
        "language": "en",
        "model": "fake",
        "prompt_hash": "0123456789abcdef",
    }
    return SummaryKey(**(values | fields))


def make_summary(number: int = 0, **fields: Any) -> Summary:
    """Make a summary by the model ``fake``; ``key`` fields go to its key."""
    key = fields.pop("key", {})
    values: dict[str, Any] = {
        "key": make_key(number, **key),
        "text": make_text(number),
        "origin": SummaryOrigin.LLM,
        "made_at": NOW,
        "usage": Usage(calls=1, tokens_in=700, tokens_out=400, cost_usd=0.001),
    }
    return Summary(**(values | fields))


def make_run(**fields: Any) -> SummaryRun:
    """Make what a run came to."""
    values: dict[str, Any] = {
        "began_at": NOW, "seconds": 1.5, "model": "fake", "wanted": 3, "known": 1, "kept": 1,
        "extracted": 1, "usage": Usage(calls=2, tokens_in=10, tokens_out=5),
    }  # fmt: skip
    return SummaryRun(**(values | fields))


def source_of(paper: Paper) -> PaperText:
    """Return what is read of a paper by default."""
    return PaperText(paper=paper, text=paper.abstract)


Step = Callable[[SourceText, str, str], SummaryText] | Exception | SummaryText


@dataclass(slots=True, kw_only=True)
class ScriptedSummarizer:
    """A ``Summarizer`` that answers what it is told; the last step stays.

    Attributes:
        asked: (paper id, complaint, timeout_s) of each call.
    """

    steps: list[Step]
    model: str = "fake"
    origin: SummaryOrigin = SummaryOrigin.LLM
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    tokens: int = 10

    def prompt_hash(self, language: str) -> str:
        return f"hash-{language}"

    def estimate(self, source: SourceText, language: str) -> Usage:
        return Usage(calls=1, tokens_in=self.tokens, tokens_out=self.tokens)

    def write(
        self, source: SourceText, language: str, *, complaint: str = "", timeout_s: float
    ) -> tuple[SummaryText, Usage]:
        step = self.steps[min(len(self.asked), len(self.steps) - 1)]
        self.asked.append((source.paper.id, complaint, timeout_s))
        if isinstance(step, Exception):
            raise step
        text = step if isinstance(step, SummaryText) else step(source, language, complaint)
        return text, Usage(calls=1, tokens_in=self.tokens, tokens_out=self.tokens)

    def close(self) -> None:
        """Nothing to close."""


def number_of(source: SourceText) -> int:
    """Return the number that made a topic paper."""
    return int(source.paper.id.split(".")[1])


def right(source: SourceText, language: str, complaint: str) -> SummaryText:
    """Answer rightly about any topic paper."""
    return make_text(number_of(source))


def wrong_number(source: SourceText, language: str, complaint: str) -> SummaryText:
    """Answer with a number that the paper does not have."""
    text = make_text(number_of(source))
    return replace(text, tldr=f"{text.tldr} It wins by 98.765 points.")
