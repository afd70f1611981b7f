"""Rank 1,000 papers for 100,000 readers, and compare with the first bot's loop.

Usage: python -m benchmarks.rank [--papers FILE] [--readers N]

Prints one JSON object. Each side runs in a process of its own, so that its peak memory is its
own. Times are of the processor, the best of three passes, for other work on the machine slows
either side by a quarter. Ours include reading the papers and the history behind them;
making the readers, who come one by one, is taken off on both sides. ``ratio`` compares the
bot's work (values and order) with the same of ours; in ``ratio_with_reasons`` ours makes the
reasons of all picks as well.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.rank_readers import KEYWORDS, POOL, make_pool, make_readers
from benchmarks.ranking_files import read_papers
from benchmarks.recorded import DATA, expect_recorded
from newsletter.model import Paper
from newsletter.ranking.bm25 import Bm25Corpus
from newsletter.ranking.phrases import phrases_of
from newsletter.ranking.ranker import TableRanker
from subscribers.interests import Interests, Keyword

ROOT = Path(__file__).resolve().parents[1]
PAPERS_FILE = DATA / "ranking" / "papers.jsonl.xz"
PAPERS = 1_000
HISTORY = 5_000
READERS = 100_000
BOT_READERS = 40
BOT_PICKS = 30
PASSES = 3
TARGET_RATIO = 300
TARGET_PEAK_MB = 500


def measure_ours(
    history: Sequence[Paper], papers: Sequence[Paper], readers: int
) -> dict[str, float]:
    """Rank with the product's default method, one reader after another.

    ``choose_s`` is the bot's work: values and order. ``rank_s`` makes the reasons as well.
    """
    pool = make_pool([*history, *papers])
    started = time.process_time()
    corpus = Bm25Corpus(phrases_of(make_readers(pool, readers)))
    corpus.add(history)
    ranker = corpus.rank_papers(papers)
    prepared = time.process_time()
    making_s = min(time_making(pool, readers) for _ in range(PASSES))
    picks, chosen_s = time_choosing(ranker, pool, readers)
    chosen = time.process_time()
    reasoned = sum(len(ranker.rank(interests).top) for interests in make_readers(pool, readers))
    ranked = time.process_time()
    prepare_s = prepared - started - making_s
    choose_s, rank_s = chosen_s - making_s, ranked - chosen - making_s
    pairs = readers * len(papers)
    return {
        "pool": len(pool),
        "prepare_s": round(prepare_s, 2),
        "choose_s": round(choose_s, 2),
        "choose_us_per_reader": round(choose_s / readers * 1e6, 1),
        "rank_s": round(rank_s, 2),
        "rank_us_per_reader": round(rank_s / readers * 1e6, 1),
        "picks_per_reader": round((picks + reasoned) / 2 / readers, 2),
        "pairs_per_s": round(pairs / (prepare_s + choose_s)),
        "pairs_per_s_with_reasons": round(pairs / (prepare_s + rank_s)),
    }


def time_choosing(ranker: TableRanker, pool: Sequence[Keyword], readers: int) -> tuple[int, float]:
    """Choose for all readers; return the number of picks and the seconds of the best pass."""
    seconds = []
    picks = 0
    for _ in range(PASSES):
        started = time.process_time()
        picks = sum(len(ranker.choose(interests)) for interests in make_readers(pool, readers))
        seconds.append(time.process_time() - started)
    return picks, min(seconds)


def time_making(pool: Sequence[Keyword], readers: int) -> float:
    """Return how long it takes just to make the readers, in seconds."""
    started = time.process_time()
    deque(make_readers(pool, readers), maxlen=0)
    return time.process_time() - started


def measure_bot(history: Sequence[Paper], papers: Sequence[Paper]) -> dict[str, float]:
    """Rank as the bot does: every keyword sought in every paper, for every reader."""
    pool = make_pool([*history, *papers])
    readers = list(make_readers(pool, BOT_READERS))
    seconds = []
    for _ in range(PASSES):
        started = time.process_time()
        picks = _bot_picks(readers, papers)
        seconds.append(time.process_time() - started)
    return {
        "readers": BOT_READERS,
        "picks_per_reader": round(picks / BOT_READERS, 2),
        "pairs_per_s": round(BOT_READERS * len(papers) / min(seconds)),
    }


def _bot_picks(readers: Sequence[Interests], papers: Sequence[Paper]) -> int:
    picks = 0
    for interests in readers:
        keywords = [keyword.phrase for keyword in interests.keywords]
        scored = [(_bot_score(paper, keywords), paper) for paper in papers]
        found = [pair for pair in scored if pair[0]]
        picks += len(sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:BOT_PICKS])
    return picks


def _bot_score(paper: Paper, keywords: Sequence[str]) -> float:
    title = paper.title_tex.lower()
    text = f"{title} {paper.abstract_tex.lower()}"
    score = 0.0
    for keyword in keywords:
        lowered = keyword.lower()
        if lowered in text:
            score += 1.0
            if lowered in title:
                score += 0.5
    return score


def run_side(options: argparse.Namespace) -> dict[str, float]:
    """Measure one side in this process; peak memory includes the papers."""
    papers = list(islice(read_papers(options.papers), HISTORY + PAPERS))
    history, day = papers[:-PAPERS], papers[-PAPERS:]
    if options.side == "bot":
        result = measure_bot(history, day)
    else:
        result = measure_ours(history, day, options.readers)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return result | {"peak_mb": round(peak_kib / 1024, 1)}


def run_child(side: str, options: argparse.Namespace) -> dict[str, float]:
    """Measure one side in a process of its own."""
    print(f"measuring {side} …", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.rank", "--side", side]
    command += ["--papers", str(options.papers.resolve()), "--readers", str(options.readers)]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    result: dict[str, float] = json.loads(output)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=Path, default=PAPERS_FILE)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--side", choices=("ours", "bot"), help="measure just one, in here")
    options = parser.parse_args()
    expect_recorded(options.papers)
    if options.side:
        print(json.dumps(run_side(options)))
        return 0
    bot, ours = run_child("bot", options), run_child("ours", options)
    ratio = ours["pairs_per_s"] / bot["pairs_per_s"]
    report = {
        "readers": options.readers,
        "papers": PAPERS,
        "history": HISTORY,
        "keywords_per_reader": KEYWORDS,
        "pool": POOL,
        "ours": ours,
        "bot": bot,
        "ratio": round(ratio, 1),
        "ratio_with_reasons": round(ours["pairs_per_s_with_reasons"] / bot["pairs_per_s"], 1),
        "targets": {"ratio": TARGET_RATIO, "peak_mb": TARGET_PEAK_MB},
        "met": ratio >= TARGET_RATIO and ours["peak_mb"] <= TARGET_PEAK_MB,
    }
    print(json.dumps(report))
    return 0 if report["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
