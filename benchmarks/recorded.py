"""The project's recorded data, which lies beside a clone and is not part of it."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data"
MONTH: Final = Path("papers", "papers_2026-01.jsonl.gz")


def expect_recorded(*paths: Path) -> None:
    """End the program with 2 and one sentence when a path leads nowhere."""
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        print(
            f"the recorded data is not part of the repository: {missing} is missing; "
            "--help names the option that says where it is",
            file=sys.stderr,
        )
        sys.exit(2)
