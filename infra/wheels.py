"""Fetch wheels for the functions' platform, and unpack them: pip, but no compiler and no Docker."""

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from infra.contents import NOT_NEEDED, UNWANTED, project_of

ROOT: Final = Path(__file__).resolve().parents[1]
MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
"""AWS's word for an architecture → that of wheels."""
GLIBC: Final = 34
"""Amazon Linux 2023, on which python3.12 and later run, has glibc 2.34."""
TIMEOUT_S: Final = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the package is to run.

    Attributes:
        python: such as ``3.13``.
        arch: as AWS says, ``arm64`` or ``x86_64``; None is this very machine.
    """

    python: str
    arch: str | None

    def options(self) -> tuple[str, ...]:
        """Return pip's options for wheels of this target and no other."""
        options = ("--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}")
        if self.arch is None:
            return options
        machine = MACHINES[self.arch]
        tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 16, -1)]
        abi = "cp" + self.python.replace(".", "")
        platforms = [f"--platform={tag}" for tag in (*tags, f"manylinux2014_{machine}")]
        return (*options, *platforms, *(f"--abi={each}" for each in (abi, "abi3", "none")))


def requirements(pyproject: Path = ROOT / "pyproject.toml") -> tuple[str, ...]:
    """Return what the functions need of what the project names, in order."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["aws"]]
    return tuple(sorted(each for each in named if project_of(each) not in NOT_NEEDED))


def fetch(
    needed: Sequence[str],
    constraints: Path,
    target: Target,
    folder: Path,
    *,
    options: Sequence[str],
) -> tuple[Path, ...]:
    """Return the wheels, downloaded unless the same ones were already: then nothing is asked.

    ``options`` are further ones of pip's, such as ``--no-index``.

    Raises:
        SystemExit: pip cannot get them; it has said why.
    """
    pinned = constraints.read_text(encoding="utf-8")
    wanted = sha256("\n".join((*needed, pinned, *target.options())).encode()).hexdigest()
    stamp = folder / "wanted.sha256"
    if not (stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.whl"):
            old.unlink()
        what = (f"--dest={folder}", f"--constraint={constraints}", *target.options())
        _pip("download", *what, *options, *needed)
        stamp.write_text(wanted, encoding="ascii")
    return tuple(sorted(folder.glob("*.whl")))


def unpack(wheels: Sequence[Path], target: Target, tree: Path) -> None:
    """Put the wheels into a folder, but for those that only drag along."""
    wanted = [str(each) for each in wheels if project_of(each.name) not in UNWANTED]
    if wanted:
        where = (f"--target={tree}", *target.options())
        _pip("install", "--no-deps", "--no-index", "--no-compile", *where, *wanted)


def _pip(command: str, *arguments: str) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", command)
    done = subprocess.run((*pip, *arguments), check=False, timeout=TIMEOUT_S)
    if done.returncode:
        raise SystemExit(f"pip {command} failed; the package needs a package index, or --wheels")
