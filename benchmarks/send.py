"""Measure sending: claim, render, sign, hand over, record; against what hands over and no more.

Prints one JSON object. ``python -m benchmarks.send [--data FOLDER] [--mails N] [--rounds N]
[--rates N,N] [--postfix FOLDER]``; ``--postfix`` is where Debian's package was unpacked.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import send_ses, send_smtp
from benchmarks.recorded import DATA, MONTH, expect_recorded
from benchmarks.render import read_papers
from newsletter import log

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
PACED_S = 20.0


def main() -> None:
    arguments = _arguments()
    expect_recorded(arguments.data / MONTH)
    log.configure("warning", "json")
    os.environ.update(CREDENTIALS)
    papers = read_papers(arguments.data / MONTH)
    size = {"mails": arguments.mails, "rounds": arguments.rounds, "workers": arguments.workers}
    tools = send_smtp.find_tools(arguments.postfix)
    figures: dict[str, Any] = {
        "cores": os.cpu_count(),
        "load_average_before": round(os.getloadavg()[0], 1),
        "ses_no_latency": send_ses.compared(papers, **size),
        "ses_30_ms": [
            send_ses.paced(papers, per_second=rate, seconds=PACED_S) for rate in arguments.rates
        ],
        "smtp": send_smtp.compared(papers, tools, **size) if tools else send_smtp.MISSING,
    }
    print(json.dumps(figures, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with papers/")
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rates", type=_rates, default=[14.0, 100.0, 300.0], help="per second")
    parser.add_argument("--postfix", type=Path, default=None)
    return parser.parse_args()


def _rates(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


if __name__ == "__main__":
    main()
