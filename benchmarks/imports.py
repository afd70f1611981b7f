"""Measure what a cold start waits for: the imports of each function, compiled and not.

Prints one JSON object. The modules come from a package for this machine, made as that of the
functions is, under the functions' Python: the same versions, the same bytecode. Needs a package
index, or wheels that an earlier ``make package`` fetched.
``python -m benchmarks.imports [--python 3.13] [--rounds N]``
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from infra.bytecode import compile_tree, find_python
from infra.imports import OURS, import_all
from infra.package import Build, make_tree
from infra.wheels import ROOT, Target

FIRST = (
    "newsletter.aws",
    "newsletter.bootstrap",
    "newsletter.bootstrap_aws",
    "newsletter.service",
    "newsletter.stores.dynamodb.store",
    "newsletter.carriers.parameters",
    "newsletter.carriers.sqs",
    "newsletter.carriers.s3",
)
"""What every function imports when it is first called."""
FURTHER = {
    "web": ("mangum", "newsletter.web.app"),
    "deliver": (
        "newsletter.fanout.worker",
        "newsletter.delivery.compose",
        "newsletter.mailers.ses",
        "newsletter.mailers.ses_client",
        "newsletter.render.mail",
    ),
    "prepare": (
        "newsletter.fanout.prepare",
        "newsletter.bootstrap_summaries",
        "newsletter.ranking.ranker",
        "newsletter.sources.arxiv_feed",
        "newsletter.sources.arxiv_listing",
        "newsletter.sources.arxiv_search",
        "newsletter.summaries.desk",
        "newsletter.summaries.openai",
    ),
}
LIMITS_MS = {"web": 300, "deliver": 450, "prepare": 1_100}
CODE = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
began, busy = time.perf_counter(), time.process_time()
from newsletter.aws import starting
with starting():
    for name in json.loads(sys.argv[2]):
        importlib.import_module(name)
print((time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000, len(sys.modules))
"""


class Times(NamedTuple):
    """Milliseconds: the median and the least of all rounds, and of the processor's own the least.

    On a machine that does other things too, the processor's time is the one to go by.
    """

    ms: float
    least_ms: float
    cpu_ms: float
    modules: int


def measure(tree: Path, python: Path, function: str, *, rounds: int) -> Times:
    """Import what a function does, each time in a new process."""
    what = json.dumps([*FIRST, *FURTHER[function]])
    told = []
    for _ in range(rounds + 1):
        done = subprocess.run(
            (python, "-I", "-S", "-B", "-c", CODE, tree, what),
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        told.append([float(each) for each in done.stdout.split()])
    walls, cpus, modules = zip(*told[1:], strict=True)  # the first one warms the disk's cache
    return Times(
        ms=round(statistics.median(walls), 1),
        least_ms=round(min(walls), 1),
        cpu_ms=round(min(cpus), 1),
        modules=int(modules[0]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--python", default="3.13", help="the functions' Python")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    python = find_python(given.python)
    if python is None:
        sys.exit(f"there is no python{given.python} here")
    what = Build(
        root=ROOT, out=ROOT / "build" / "lambda", target=Target(python=given.python, arch=None)
    )
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        make_tree(what, tree)
        plain = {name: measure(tree, python, name, rounds=given.rounds) for name in FURTHER}
        compile_tree(tree, python, ours=OURS, loaded=import_all(tree, python))
        compiled = {name: measure(tree, python, name, rounds=given.rounds) for name in FURTHER}
    functions = {
        name: {
            **compiled[name]._asdict(),
            "limit_ms": LIMITS_MS[name],
            "without_bytecode": plain[name]._asdict(),
            "ratio": round(plain[name].cpu_ms / compiled[name].cpu_ms, 2),
        }
        for name in FURTHER
    }
    facts = {"python": given.python, "rounds": given.rounds, "load": os.getloadavg()[0]}
    print(json.dumps({**facts, "functions": functions}))


if __name__ == "__main__":
    main()
