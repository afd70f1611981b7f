"""Run several processes so that they begin their work at the same moment."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60


def run_together(commands: Sequence[Sequence[str]]) -> list[list[str]]:
    """Run Python modules, each with its arguments, at once; return the lines each printed.

    A module prints ``ready`` and waits for a line before it begins.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outputs = [process.communicate("go\n", timeout=TIMEOUT_S) for process in processes]
    assert [errors for _, errors in outputs] == ["" for _ in processes]
    return [text.split() for text, _ in outputs]
