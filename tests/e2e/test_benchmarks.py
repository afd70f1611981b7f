"""Every benchmark that is a command starts from anywhere, and says what it lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(
    path.stem
    for path in (ROOT / "benchmarks").glob("*.py")
    if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
)
OF_RECORDED_DATA = {
    "job": "--data",
    "rank": "--papers",
    "ranking": "--readers",
    "render": "--data",
    "send": "--data",
    "web": "--papers",
}


def start(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_benchmark_starts_as_a_file_from_anywhere(name: str, tmp_path: Path) -> None:
    ended = start(str(ROOT / "benchmarks" / f"{name}.py"), "--help", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("usage: ")


@pytest.mark.parametrize("name", OF_RECORDED_DATA)
def test_without_recorded_data_there_is_one_sentence(name: str, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    ended = start("-m", f"benchmarks.{name}", OF_RECORDED_DATA[name], nowhere, folder=ROOT)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("the recorded data is not part of the repository: ")
    assert len(ended.stderr.splitlines()) == 1
