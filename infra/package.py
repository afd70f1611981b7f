"""Build the package of the functions: ``python -m infra.package``, or ``make package``.

No Docker and no compiler: wheels of the functions' platform are unpacked beside our code, trimmed,
compiled by the functions' own Python, and zipped. Two builds have the same bytes.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from infra.archive import write_zip
from infra.bytecode import compile_tree, find_python
from infra.contents import copy_ours, trim
from infra.imports import OURS, import_all, missing
from infra.wheels import MACHINES, ROOT, Target, fetch, requirements, unpack

MAX_BYTES: Final = 30_000_000
MAX_UNPACKED_BYTES: Final = 250 * 1024 * 1024
"""Lambda's own limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What is built from what.

    Attributes:
        root: the checkout: our packages, templates, pyproject.toml and constraints.txt.
        out: gets ``package.zip``, and ``wheels`` to build from again without a network.
        pip_options: further options of pip's download, such as ``--no-index``.
    """

    root: Path
    out: Path
    target: Target
    pip_options: tuple[str, ...] = ()


def build(what: Build) -> Path:
    """Build the package, check it, and return it.

    Raises:
        SystemExit: it cannot be built, or is not as it must be.
    """
    python = find_python(what.target.python)
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        tree = Path(folder) / "tree"
        make_tree(what, tree)
        lacking = "\n".join(missing(tree))
        if lacking:
            raise SystemExit(f"the package lacks what our code imports:\n{lacking}")
        if python:
            loaded = prove(what, python, Path(folder) / "twin")
            compile_tree(tree, python, ours=OURS, loaded=loaded)
        unpacked = sum(each.stat().st_size for each in tree.rglob("*") if each.is_file())
        package = what.out / "package.zip"
        size = write_zip(tree, package)
    _tell(package, size=size, unpacked=unpacked, python=python, target=what.target)
    if size > MAX_BYTES or unpacked > MAX_UNPACKED_BYTES:
        raise SystemExit(f"it is too large: at most {MAX_BYTES / 1e6:.0f} MB, and 262 MB unpacked")
    return package


def make_tree(what: Build, tree: Path) -> None:
    """Put together all that belongs into the package, not compiled."""
    target = what.target
    wheels = fetch(
        requirements(what.root / "pyproject.toml"),
        what.root / "constraints.txt",
        target,
        what.out / "wheels" / f"{target.python}-{target.arch or 'here'}",
        options=what.pip_options,
    )
    tree.mkdir(parents=True)
    unpack(wheels, target, tree)
    copy_ours(what.root, tree)
    trim(tree)


def prove(what: Build, python: Path, tree: Path) -> tuple[str, ...]:
    """Make a package for this machine in the same way, and import all there is in it.

    Return the modules that were loaded. They are imported once more as they will be: compiled.
    """
    target = Target(python=what.target.python, arch=None)
    make_tree(replace(what, target=target), tree)
    loaded = import_all(tree, python)
    compile_tree(tree, python, ours=OURS, loaded=loaded)
    import_all(tree, python)
    print(f"imports: {len(loaded)} modules, tried on this machine with {python}")
    return loaded


def _tell(package: Path, *, size: int, unpacked: int, python: Path | None, target: Target) -> None:
    digest = sha256(package.read_bytes()).hexdigest()
    print(f"package: {package}")
    print(f"size: {size / 1e6:.1f} MB, {unpacked / 1e6:.0f} MB unpacked; sha256 {digest}")
    if python:
        print(f"bytecode: by {python}")
    else:
        print(
            f"bytecode: NONE, for there is no python{target.python} here: cold starts will take "
            f"about twice as long; install it and build again"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Build as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--python", default="3.13", help="the runtime's version, as the template's")
    parser.add_argument("--arch", default="arm64", choices=sorted(MACHINES))
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "lambda")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels to use instead of an index")
    given = parser.parse_args(arguments)
    options = ("--no-index", f"--find-links={given.wheels}") if given.wheels else ()
    given.out.mkdir(parents=True, exist_ok=True)
    target = Target(python=given.python, arch=given.arch)
    build(Build(root=ROOT, out=given.out.resolve(), target=target, pip_options=options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
