"""Compile for the functions' Python: their folder cannot be written to, so nothing is kept there.

Without it every cold start compiles anew and takes about twice as long.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which
from typing import Final

RUNS_IN: Final = "/var/task"
TIMEOUT_S: Final = 600
_READS_ITSELF: Final = b"install_lazy_importer()"
_ASK: Final = "import sys; print('%d.%d' % sys.version_info[:2])"


def find_python(version: str) -> Path | None:
    """Return an interpreter of this minor version, such as ``3.13``; None when there is none.

    Bytecode of another minor version is not read. Looked for on the path, then where pyenv and uv
    keep theirs.
    """
    return next((each for each in _candidates(version) if _is_version(each, version)), None)


def compile_tree(tree: Path, python: Path, *, ours: Sequence[str], loaded: Sequence[str]) -> None:
    """Compile our packages, and of all others what is loaded; the same sources, the same bytes.

    Our sources stay, for tracebacks. Of the others, what is loaded stays as bytecode alone, and
    the rest as source alone, for that is what makes the package small enough. A package that reads
    its own source keeps it too: anyio learns from it what can wait, and without it loads all of
    itself. What is compiled is taken as it is (``unchecked-hash``): neither dates nor sources are
    looked at again.

    Args:
        tree: the package.
        python: as ``find_python`` returns it.
        ours: names of our packages.
        loaded: modules of others, as paths below the tree.

    Raises:
        SystemExit: something cannot be compiled.
    """
    theirs = sorted(
        tree / name
        for name in set(loaded)
        if name.partition("/")[0] not in ours and (tree / name).exists()
    )
    readers = [path for path in theirs if _reads_itself(path)]
    others = [str(path) for path in theirs if path not in readers]
    _compile(python, tree, *(str(tree / name) for name in ours), *map(str, readers))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as listed:
        listed.write("\n".join(others))
        listed.flush()
        _compile(python, tree, "-b", f"-i{listed.name}")
    for name in others:
        Path(name).unlink()


def _reads_itself(path: Path) -> bool:
    return path.name == "__init__.py" and _READS_ITSELF in path.read_bytes()


def _compile(python: Path, tree: Path, *what: str) -> None:
    """Compile in one process, for what it remembers shows in the bytes."""
    options = ("-q", "-j1", "--invalidation-mode=unchecked-hash", f"-s{tree}", f"-p{RUNS_IN}")
    done = subprocess.run(
        (python, "-I", "-m", "compileall", *options, *what),
        check=False,
        timeout=TIMEOUT_S,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        raise SystemExit(f"{python} cannot compile the package")


def _candidates(version: str) -> Iterator[Path]:
    on_path = which(f"python{version}")
    if on_path:
        yield Path(on_path)
    home = Path.home()
    for folder in (".pyenv/versions", ".local/share/uv/python"):
        yield from sorted((home / folder).glob(f"*{version}*/bin/python{version}"))


def _is_version(python: Path, version: str) -> bool:
    try:
        told = subprocess.run(
            (python, "-I", "-c", _ASK), check=False, timeout=30, capture_output=True, text=True
        )
    except OSError:
        return False
    return told.returncode == 0 and told.stdout.strip() == version
