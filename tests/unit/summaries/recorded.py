"""Recorded answers of models, and the papers they are about."""

import gzip
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from newsletter.model import Paper, SummaryText
from newsletter.tex.resolve import to_unicode
from tests.factories import make_paper

FAILURE = "error placeholder"
OTHERS_EVERY = 350
"""Which share of the other papers makes the batch larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One answer as recorded: five texts; ``why`` is the collector's word for it."""

    paper: Paper
    parts: dict[str, Any]
    why: str

    @property
    def language(self) -> str:
        """Return the language that it is in; the collector asked for Chinese."""
        return "zh-Hans" if self.why == "ok" else "en"

    @property
    def text(self) -> SummaryText:
        """Return the answer as a summary; its motivation and conclusion are points too."""
        said = {name: to_unicode(str(value)) for name, value in self.parts.items()}
        return SummaryText(
            tldr=said["tldr"],
            contributions=(said["motivation"],),
            method=(said["method"],),
            results=(said["result"],),
            limitations=(said["conclusion"],),
        )


@cache
def recorded(data: Path) -> tuple[tuple[Recorded, ...], tuple[Paper, ...]]:
    """Return the recorded answers, and other papers of the same months."""
    with gzip.open(data / "llm" / "structured_ok_and_failures.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    wanted = {row["id"] for row in rows}
    papers: dict[str, Paper] = {}
    others: list[Paper] = []
    with lzma.open(data / "ranking" / "papers.jsonl.xz", "rt") as lines:
        for number, line in enumerate(lines):
            is_other = number % OTHERS_EVERY == 0
            if is_other or line[8:18] in wanted or any(f'"{each}"' in line[:40] for each in wanted):
                facts = json.loads(line)
                paper = _paper(facts)
                if paper.id in wanted:
                    papers[paper.id] = paper
                elif is_other:
                    others.append(paper)
    found = [
        Recorded(paper=papers[row["id"]], parts=row["AI"], why=row["why"])
        for row in rows
        if row["id"] in papers
    ]
    return tuple(found), tuple(others)


def long_summaries(data: Path) -> Sequence[tuple[str, str]]:
    """Return (arXiv id, Markdown) of every recorded long summary."""
    found: list[tuple[str, str]] = []
    for name in ("qwen_long_summaries", "summary_edge_cases"):
        with gzip.open(data / "llm" / f"{name}.jsonl.gz", "rt") as file:
            rows = map(json.loads, file)
            found += [(row["arxiv_id"], row["markdown"]) for row in rows]
    with (data / "seed" / "papers.jsonl").open() as seed:
        rows = map(json.loads, seed)
        found += [
            (row["arxiv_id"], row["summary_markdown"]) for row in rows if row["summary_markdown"]
        ]
    return found


def _paper(facts: dict[str, Any]) -> Paper:
    return make_paper(
        id=facts["id"],
        title=to_unicode(facts["title"]),
        abstract=to_unicode(facts["abstract"]),
        title_tex=facts["title"],
        abstract_tex=facts["abstract"],
    )
