"""Measure what a cold start waits for: the imports of each function, compiled and not.

Prints one JSON object. The modules come from a package for this machine, made as that of the
functions is, under the functions' Python: the same versions, the same bytecode. Needs a package
index, or wheels that an earlier ``make package`` fetched.
``python -m benchmarks.imports [--python 3.13] [--rounds N]``
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

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
began = time.perf_counter()
for name in json.loads(sys.argv[2]):
    importlib.import_module(name)
print(round((time.perf_counter() - began) * 1000, 1), len(sys.modules))
"""


def measure(tree: Path, python: Path, function: str, *, rounds: int) -> tuple[float, int]:
    """Return the median of milliseconds, and how many modules were loaded."""
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
        told.append(done.stdout.split())
    times = [float(each[0]) for each in told[1:]]  # the first one warms the disk's cache
    return statistics.median(times), int(told[0][1])


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
            "ms": compiled[name][0],
            "limit_ms": LIMITS_MS[name],
            "without_bytecode_ms": plain[name][0],
            "ratio": round(plain[name][0] / compiled[name][0], 2),
            "modules": compiled[name][1],
        }
        for name in FURTHER
    }
    print(json.dumps({"python": given.python, "rounds": given.rounds, "functions": functions}))


if __name__ == "__main__":
    main()
