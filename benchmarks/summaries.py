"""Measure the summaries and print one JSON object.

Usage: ``python -m benchmarks.summaries [--data DIR] [--quick]``. Calls go to the tests' fake
endpoint over real HTTP; ``--data`` is the folder of recorded answers.
"""

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.recorded import DATA
from newsletter.model import Paper, SummaryRun
from newsletter.render.markdown import markdown_html
from newsletter.stores.sqlite import open_store
from newsletter.summaries.checks.contrast import Contrast, wrong_paper
from newsletter.summaries.checks.judge import what_is_wrong
from newsletter.summaries.desk import Pace, SummaryDesk
from newsletter.summaries.extractive import ExtractiveSummarizer
from newsletter.summaries.openai import OpenAiSummarizer, Way
from newsletter.summaries.papertext import PaperText
from newsletter.summaries.prompts import choose_prompt, load_prompts
from newsletter.summaries.wanted import Wanted, most_read_first
from tests.servers.fake_llm import FakeLlm, serve_llm
from tests.unit.summaries.held_out import (
    batch,
    failures,
    nearest,
    reworded,
    with_a_wrong_number,
    written,
)
from tests.unit.summaries.recorded import FAILURE, Recorded, long_summaries, recorded
from tests.unit.summaries.values import make_topic_paper

READERS, PAPERS, PICKS = 10_000, 300, 15
SWAPS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--quick", action="store_true", help="leave out the endpoint that hangs")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found: dict[str, Any] = {
        "calls": calls(arguments.data),
        "100 papers at 2 s, 8 at once": hundred(delay_s=2.0),
        "dead, refuses": hundred(url="http://127.0.0.1:9/v1"),
        "dead, answers 500": hundred(fault="500"),
    }
    if not arguments.quick:
        found["dead, hangs"] = hundred(fault="hang")
    if arguments.data.is_dir():
        found |= {"checks": checks(arguments.data), "held out": held_out(arguments.data)}
        found |= {"markdown": markdown(arguments.data)}
    print(json.dumps(found, indent=2))


@contextmanager
def desk(mind: FakeLlm, *, url: str = "") -> Iterator[SummaryDesk]:
    prompts = load_prompts()
    summarizer = OpenAiSummarizer(Way(base_url=url or mind.url, model="fake"), prompts)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "x.db", address_key=b"k" * 32) as store,
    ):
        yield SummaryDesk(
            store=store.summaries,
            summarizer=summarizer,
            extractive=ExtractiveSummarizer(
                lambda language: choose_prompt(language, prompts).headings
            ),
            clock=lambda: datetime.now(UTC),
            pace=Pace(workers=8),
        )
    summarizer.close()


def calls(data: Path) -> dict[str, Any]:
    """Count the calls for 10,000 readers, 300 papers, two languages; and of a second run."""
    papers = {one.id: one for one in _papers(data)}
    chance, ids = random.Random(1), list(papers)
    picks: Counter[tuple[str, str]] = Counter()
    for number in range(READERS):
        language = "zh-Hans" if number % 2 else "en"
        picks.update((paper_id, language) for paper_id in chance.sample(ids, PICKS))
    wanted = most_read_first(picks, papers)
    with serve_llm(_mind(papers.values())) as mind, desk(mind) as made:
        first = made.run(wanted, among=tuple(papers.values()))
        before = mind.calls
        second = made.run(wanted, among=tuple(papers.values()))
        return {
            "readers": READERS,
            "papers": PAPERS,
            "distinct": len(wanted),
            "first_run": {"calls": before, "kept": first.kept, "seconds": round(first.seconds, 1)},
            "second_run": {"calls": mind.calls - before, "known": second.known},
        }


def hundred(*, delay_s: float = 0.0, fault: str = "", url: str = "") -> dict[str, Any]:
    """Run over 100 papers against an endpoint of this kind."""
    papers = [make_topic_paper(number) for number in range(100)]
    mind = replace(_mind(papers), delay_s=delay_s, faults={"*": (fault,)} if fault else {})
    wanted = [Wanted(paper=paper, language="en") for paper in papers]
    with serve_llm(mind), desk(mind, url=url) as made:
        return _facts(made.run(wanted, among=papers))


def checks(data: Path) -> dict[str, Any]:
    """Judge recorded answers: failures, good ones, and good ones with another paper."""
    rows, others = recorded(data)
    contrast = Contrast([*(row.paper for row in rows), *others])
    failures = [row for row in rows if row.why == FAILURE]
    good = [row for row in rows if row.why == "ok"]
    refused = {row.paper.id: why for row in good if (why := _judged(row, contrast))}
    return {
        "failures": len(failures),
        "failures_refused": sum(bool(_judged(row, contrast)) for row in failures),
        "good": len(good),
        "good_kept": len(good) - len(refused),
        "good_refused": refused,
        "wrong_language_refused": sum(
            bool(_judged(row, contrast, language="zh-Hans"))
            for row in rows
            if row.why == "wrong language"
        ),
        "swaps": SWAPS,
        "swaps_caught": _swaps([row for row in rows if row.why != FAILURE], contrast),
    }


def held_out(data: Path) -> dict[str, Any]:
    """Judge answers that the checks were not made for, about papers of another month."""
    papers = batch(data)
    contrast, good = Contrast(papers), written(data)
    said, wrong = list(reworded(papers)), list(with_a_wrong_number(papers))
    bad = list(failures(good))
    pairs = [(a, b) for a in good for b in good if a.paper != b.paper and a.language == b.language]
    return {
        "written": len(good),
        "written_kept": sum(not each.fault(contrast) for each in good),
        "written_swaps": len(pairs),
        "written_swaps_caught": sum(bool(a.fault(contrast, paper=b.paper)) for a, b in pairs),
        "failures": len(bad),
        "failures_refused": sum(bool(each.fault(contrast)) for each in bad),
        "reworded": len(said),
        "reworded_kept": sum(not each.fault(contrast) for each in said),
        "nearest_swaps_caught": sum(
            bool(each.fault(contrast, paper=nearest(each.paper, papers))) for each in said
        ),
        "wrong_numbers": len(wrong),
        "wrong_numbers_refused": sum(bool(each.fault(contrast)) for each in wrong),
    }


def markdown(data: Path) -> dict[str, Any]:
    """Render every recorded long summary."""
    texts = [text for _, text in long_summaries(data)]
    began = time.perf_counter()
    pages = [str(markdown_html(text)) for text in texts]
    seconds = time.perf_counter() - began
    return {
        "summaries": len(texts),
        "with_literal_stars": sum("**" in page for page in pages),
        "with_raw_tex": sum("\\frac" in page or "\\math" in page for page in pages),
        "with_unsafe_html": sum("<script" in page or "<img" in page for page in pages),
        "ms_each": round(1000 * seconds / len(texts), 1),
    }


def _swaps(rows: Sequence[Recorded], contrast: Contrast) -> int:
    chance = random.Random(20_261_120)
    caught = 0
    for _ in range(SWAPS):
        one = chance.choice(rows)
        other = chance.choice([row for row in rows if row.why == one.why and row is not one])
        said = " ".join([other.text.tldr, *other.text.points])
        caught += bool(wrong_paper(contrast.judge(said, one.paper)))
    return caught


def _judged(row: Recorded, contrast: Contrast, *, language: str = "") -> str:
    text = replace(row.text, tldr=row.text.tldr[:400])
    source = PaperText(paper=row.paper, text=row.paper.abstract)
    return what_is_wrong(text, source, language=language or row.language, contrast=contrast)


def _papers(data: Path) -> Sequence[Paper]:
    """Return real papers where they are at hand; the made ones are hard to tell apart."""
    if data.is_dir():
        rows, others = recorded(data)
        return [*(row.paper for row in rows), *others][:PAPERS]
    return [make_topic_paper(number) for number in range(PAPERS)]


def _mind(papers: Iterable[Paper]) -> FakeLlm:
    return FakeLlm(papers={one.id: (one.title, one.abstract) for one in papers})


def _facts(run: SummaryRun) -> dict[str, Any]:
    return {
        "seconds": round(run.seconds, 1),
        "kept": run.kept,
        "extracted": run.extracted,
        "calls": run.usage.calls,
        "outage": run.outage,
    }


if __name__ == "__main__":
    main()
