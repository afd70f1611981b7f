"""``make deploy`` looks at everything that is cheap to look at before it builds."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "infra" / "stages" / "example.toml").read_text(encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What of a clone the target looks at, and programs that only say that they were started."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "infra" / "stages").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    _program(tmp_path / ".venv" / "bin" / "python", "echo built")
    return tmp_path


def _program(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def _stage(clone: Path, name: str, text: str) -> None:
    (clone / "infra" / "stages" / f"{name}.toml").write_text(text, encoding="utf-8")


def _deploy(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "deploy", *words],
        cwd=clone,
        env={"PATH": f"{clone / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ((), None, "Say which"),
        (("STAGE=test",), None, "infra/stages/test.toml is missing"),
        (("STAGE=test",), EXAMPLE, "infra/stages/test.toml is of another stage"),
        (("STAGE=prod",), EXAMPLE, "The AWS SAM CLI is missing"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_built(
    clone: Path, words: tuple[str, ...], text: str | None, said: str
) -> None:
    if text is not None:
        _stage(clone, words[0].removeprefix("STAGE="), text)
    ended = _deploy(clone, *words)
    assert ended.returncode == 2
    assert said in ended.stdout
    assert "built" not in ended.stdout


def test_a_stage_of_its_own_name_is_built_and_deployed(clone: Path) -> None:
    _stage(clone, "test", EXAMPLE.replace("Stage=prod", "Stage=test"))
    _program(clone / "bin" / "sam", 'echo "sam $@"')
    ended = _deploy(clone, "STAGE=test")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.index("built") < ended.stdout.rindex("sam deploy")
    assert "--stack-name newsletter-test" in ended.stdout
