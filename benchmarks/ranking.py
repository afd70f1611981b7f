"""Measure how well papers are ranked for readers whose likes are known.

Usage: python -m benchmarks.ranking [--papers papers.jsonl.xz] [--readers readers.json] [--json]

Days pass in order. Before a day is ranked, only earlier days have been read; a paper in which
no keyword was found comes after all others, in the order of ids.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ranking_files import read_papers, read_readers
from benchmarks.ranking_protocol import MEASURES, Trial, measure_day, plan_trial, summarise
from benchmarks.recorded import DATA, expect_recorded
from newsletter.model import Paper
from newsletter.ranking import DayRanker, RankingMethod, prepare
from newsletter.ranking.bm25 import Bm25Corpus, Bm25Parameters
from newsletter.ranking.phrases import phrases_of
from subscribers.interests import Interests

PAPERS = DATA / "ranking" / "papers.jsonl.xz"
READERS = DATA / "ranking" / "readers.json"
PROGRESS_DAYS = 50


class Stream(Protocol):
    """Rank one day after another."""

    def skip(self, papers: Sequence[Paper]) -> None:
        """Let a day pass that is not ranked."""

    def rank(self, papers: Sequence[Paper]) -> DayRanker:
        """Make the ranker of a day from what came before it."""


class Bm25Stream:
    """The product's default, with everything that was announced before as its history."""

    def __init__(self, wishes: Iterable[Interests], parameters: Bm25Parameters) -> None:
        self._corpus = Bm25Corpus(phrases_of(wishes), parameters=parameters)

    def skip(self, papers: Sequence[Paper]) -> None:
        """Learn from a day."""
        self._corpus.add(papers)

    def rank(self, papers: Sequence[Paper]) -> DayRanker:
        """Rank a day, then learn from it."""
        return self._corpus.rank_papers(papers)


class SubstringStream:
    """The first bot's rule, which learns nothing."""

    def __init__(self, wishes: Sequence[Interests]) -> None:
        self._wishes = wishes

    def skip(self, papers: Sequence[Paper]) -> None:
        """Forget a day."""

    def rank(self, papers: Sequence[Paper]) -> DayRanker:
        """Rank a day."""
        return prepare(RankingMethod.SUBSTRING, papers, wishes=self._wishes)


def run(
    days: Sequence[tuple[date, Sequence[Paper]]],
    trials: Sequence[Trial],
    streams: Mapping[str, Stream],
) -> dict[str, Any]:
    """Rank every test day of every reader with each stream; return the measures by stream."""
    measured: dict[str, dict[str, list[dict[str, float]]]] = {
        name: {trial.reader.name: [] for trial in trials} for name in streams
    }
    for count, (day, papers) in enumerate(days, start=1):
        due = [trial for trial in trials if day in trial.days]
        for name, stream in streams.items():
            if not due:
                stream.skip(papers)
                continue
            ranker = stream.rank(papers)
            for trial in due:
                order = order_all(ranker, trial.reader.interests(), papers)
                measured[name][trial.reader.name].append(measure_day(order, trial.days[day]))
        if count % PROGRESS_DAYS == 0:
            print(f"{count}/{len(days)} days, {day}", file=sys.stderr)
    return {name: summarise(readers) for name, readers in measured.items()}


def order_all(ranker: DayRanker, interests: Interests, papers: Sequence[Paper]) -> list[str]:
    """Return the ids of all papers: those the ranker matched, then the rest by id."""
    matched = [paper.id for paper, _ in ranker.rank(interests, limit=0).top]
    return matched + sorted({paper.id for paper in papers} - set(matched))


def group_days(papers: Iterable[Paper]) -> Iterator[tuple[date, tuple[Paper, ...]]]:
    """Yield the days in order with their papers."""
    ordered = sorted(papers, key=lambda paper: (paper.announced_on, paper.id))
    for day, group in groupby(ordered, key=lambda paper: paper.announced_on):
        yield day, tuple(group)


def plan_trials(days: Sequence[tuple[date, Sequence[Paper]]], readers: Path) -> list[Trial]:
    """Plan the test of every reader who has something to test."""
    day_of = {paper.id: day for day, papers in days for paper in papers}
    papers_on = Counter(day_of.values())
    trials = [
        plan_trial(reader, day_of=day_of, papers_on=papers_on) for reader in read_readers(readers)
    ]
    return [trial for trial in trials if trial is not None and trial.days]


def make_streams(trials: Sequence[Trial]) -> dict[str, Stream]:
    """Return what is compared, by the key it is reported under."""
    wishes = [trial.reader.interests() for trial in trials]
    return {
        "n=0": Bm25Stream(wishes, Bm25Parameters()),
        "bm25f alone": Bm25Stream(wishes, Bm25Parameters(topic_boost=0.0)),
        "substring": SubstringStream(wishes),
    }


def print_table(results: Mapping[str, object]) -> None:
    """Print one line for each method, for people."""
    print(f"{'':12s}" + "".join(f"{measure:>14s}" for measure in MEASURES))
    for name, values in results.items():
        if isinstance(values, dict) and "by_reader" in values:
            print(f"{name:12s}" + "".join(f"{values[measure]:14.4f}" for measure in MEASURES))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--papers", type=Path, default=PAPERS, help="JSON lines; plain, gz or xz")
    parser.add_argument("--readers", type=Path, default=READERS, help="JSON list of readers")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    expect_recorded(options.papers, options.readers)
    started = time.monotonic()
    days = list(group_days(read_papers(options.papers)))
    trials = plan_trials(days, options.readers)
    if not trials:
        print("no reader has liked papers among these papers", file=sys.stderr)
        return 1
    results = run(days, trials, make_streams(trials))
    results["seconds"] = round(time.monotonic() - started, 1)
    if options.json:
        print(json.dumps(results))
    else:
        print_table(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
