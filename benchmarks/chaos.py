"""Kill senders at every moment, and count: nothing twice, nothing lost.

Real ``newsletter send`` processes send an issue through a fake SES on loopback, which throttles,
breaks down and loses replies. They are killed with SIGKILL at named moments, at random ones and
while SES has a mail in its hands, and started again until all is sent; sometimes two send at
once. Then SES reports what it took, with some reports missing. Prints one JSON object; ends with
1 when anything was sent twice or lost, or the accounts are wrong.

``python -m benchmarks.chaos --runs N --seed S [--readers N] [--lanes N] [--keep FOLDER]``
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.chaos_run import Story, run_once
from tests.e2e.ready import prepare


def main() -> None:
    arguments = _arguments()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        stories = list(_stories(arguments, Path(folder)))
    figures = sum_up(stories) | {
        "readers": arguments.readers,
        "seed": arguments.seed,
        "wall_s": round(time.perf_counter() - started),
    }
    print(json.dumps(figures, indent=2))
    sys.exit(0 if all(map(is_fine, stories)) else 1)


def sum_up(stories: Sequence[Story]) -> dict[str, object]:
    """Add up what the runs came to."""
    verdicts = [story.verdict for story in stories]
    return {
        "runs": len(stories),
        "starts": sum(story.starts for story in stories),
        "kills": sum(story.kills for story in stories),
        "duplicates": sum(len(each.duplicates) for each in verdicts),
        "lost": sum(len(each.lost) for each in verdicts),
        "unknown_resolved": sum(each.resolved for each in verdicts),
        "unknown_held": sum(each.held for each in verdicts),
        "unknown_held_accepted": sum(each.held_accepted for each in verdicts),
        "accounting_wrong": sum(
            not story.adds_up or bool(story.verdict.wrong) for story in stories
        ),
        "crashes": sum(len(story.crashes) for story in stories),
        "bad_seeds": [story.seed for story in stories if not is_fine(story)],
    }


def is_fine(story: Story) -> bool:
    """Tell whether nothing was sent twice, lost, or told wrongly."""
    verdict = story.verdict
    return story.adds_up and not (
        verdict.duplicates or verdict.lost or verdict.wrong or story.crashes
    )


def _stories(arguments: argparse.Namespace, folder: Path) -> Iterator[Story]:
    planned = prepare(folder / "prepared", arguments.readers)
    once = partial(_once, prepared=folder / "prepared", planned=planned, keep=arguments.keep)
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    with ProcessPoolExecutor(arguments.lanes, mp_context=get_context("spawn")) as lanes:
        running = [lanes.submit(once, seed, folder / str(seed)) for seed in seeds]
        for number, each in enumerate(as_completed(running), start=1):
            story = each.result()
            _note(story, number, arguments.runs)
            yield story


def _once(
    seed: int, folder: Path, *, prepared: Path, planned: Sequence[str], keep: Path | None
) -> Story:
    story = run_once(seed, prepared=prepared, folder=folder, planned=planned)
    if keep is not None and not is_fine(story):
        shutil.copytree(folder, keep / str(seed))
    shutil.rmtree(folder)
    return story


def _note(story: Story, number: int, runs: int) -> None:
    word = "fine" if is_fine(story) else f"NOT FINE: {story}"[:2_000]
    text = f"{number}/{runs} seed {story.seed}: {story.starts} starts, {story.kills} kills: {word}"
    print(text, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill senders, and count what came of it.")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument(
        "--seed", type=int, default=1, help="of the first run; the next has one more"
    )
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--lanes", type=int, default=2, help="runs at the same time")
    parser.add_argument("--keep", type=Path, help="keep the folders of runs that are not fine here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
