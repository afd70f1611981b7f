"""What belongs into the package of the functions, and what of it can go."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

NOT_NEEDED: Final = frozenset({"dnspython", "httptools", "rich", "typer", "uvicorn", "uvloop"})
"""Dependencies of the command line and of the web's own server: no function uses them."""
UNWANTED: Final = frozenset({"dnspython", "pip", "setuptools", "wheel"})
"""What others drag along: sqlite-utils wants pip for a command of its own, and email-validator
the DNS for a check that we do not ask for."""
OURS_LEFT_OUT: Final = frozenset({"newsletter/cli", "newsletter/doctor", "newsletter/__main__.py"})
SERVICES: Final = frozenset({"dynamodb", "s3", "sesv2", "sns", "sqs", "ssm", "sts"})
"""Of AWS's 400 services, those whose descriptions stay in botocore."""

_LEFT_OUT: Final = (
    "*/tests",
    "*/*/tests",
    "bin",
    "boto3/data",
    "boto3/examples",
    "lxml/html/*diff*",
    "lxml/includes",
    "lxml/isoschematron",
    "lxml/objectify*",
    "numpy/_core/*_tests.*",
    "numpy/_core/_simd.*",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/_pyinstaller",
    "numpy/f2py",
    "numpy/fft",
    "numpy/polynomial",
    "numpy/random",
    "openai/cli",
    "openai/*/admin",
    "openai/*/beta",
    "openai/*/live",
    "openai/*/realtime",
    "pydantic/v1",
)
_LEFT_OUT_NAMES: Final = ("*.pyi", "*.pyx", "*.pxd", "*.pxi", "*.h", "*.c", "*.a", "*.pyc")
_LEFT_OUT_INFO: Final = frozenset({"INSTALLER", "RECORD", "REQUESTED", "WHEEL", "direct_url.json"})
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")


def project_of(requirement: str) -> str:
    """Return the project that a requirement, or the file name of a wheel, is of."""
    name = requirement.partition("-")[0] if requirement.endswith(".whl") else requirement
    found = _NAME.match(name)
    return found[0].lower().replace("_", "-") if found else ""


def copy_ours(root: Path, tree: Path) -> None:
    """Copy the program and its templates into the tree, as its wheel has them."""
    for package in ("newsletter", "subscribers"):
        shutil.copytree(root / package, tree / package, ignore=_ignore(root))
    shutil.copytree(root / "templates", tree / "newsletter" / "templates")
    _write_metadata(root, tree)


def trim(tree: Path) -> None:
    """Remove what no function uses: tests, sources of compiled code, services of AWS."""
    for pattern in _LEFT_OUT:
        for path in tuple(tree.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for pattern in _LEFT_OUT_NAMES:
        for path in tree.rglob(pattern):
            path.unlink()
    for info in tree.glob("*.dist-info"):
        for name in _LEFT_OUT_INFO:
            (info / name).unlink(missing_ok=True)
    for service in _services(tree):
        if service.name not in SERVICES:
            shutil.rmtree(service)


def _services(tree: Path) -> Iterator[Path]:
    folder = tree / "botocore" / "data"
    yield from (each for each in folder.glob("*") if each.is_dir())


def _ignore(root: Path) -> Callable[[str, list[str]], set[str]]:
    def ignore(folder: str, names: list[str]) -> set[str]:
        place = Path(folder).relative_to(root).as_posix()
        return {
            name
            for name in names
            if name == "__pycache__" or name.startswith(".") or f"{place}/{name}" in OURS_LEFT_OUT
        }

    return ignore


def _write_metadata(root: Path, tree: Path) -> None:
    """Write what tells the program its own version."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)
    assert found is not None
    info = tree / f"arxiv_newsletter-{found[1]}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: arxiv-newsletter\nVersion: {found[1]}\n", encoding="utf-8"
    )
