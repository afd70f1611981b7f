"""See that everything in the package can be imported."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.contents import SERVICES

OURS: Final = ("newsletter", "subscribers")
TIMEOUT_S: Final = 300
_IMPORT_ALL: Final = """
import importlib, json, sys
tree, modules, services = json.loads(sys.argv[1])
sys.path.insert(0, tree)
for name in modules:
    importlib.import_module(name)
import boto3
for service in services:
    boto3.client(service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
import openai
client = openai.OpenAI(api_key="a")
client.chat.completions, client.responses, client.files
import anyio.to_thread
anyio.run(anyio.to_thread.run_sync, int)
files = (getattr(module, "__file__", None) or "" for module in tuple(sys.modules.values()))
print(json.dumps(sorted(each for each in files if each.startswith(tree) and each.endswith(".py"))))
"""


def missing(tree: Path) -> Iterator[str]:
    """Yield what our modules import, wherever in them, and the tree has not: ``who wants what``."""
    for path in _ours(tree):
        for name in sorted(_imported(path)):
            if not _is_standard(name) and not _is_in(tree, name):
                yield f"{path.relative_to(tree)} wants {name}"


def import_all(tree: Path, python: Path) -> tuple[str, ...]:
    """Import all our modules, and make all clients, from the tree and the standard library alone.

    What our functions import when they are called is imported too, and what the web's first
    request loads.

    Return the modules that were loaded from source, as paths below the tree.

    Raises:
        SystemExit: something cannot be imported.
    """
    ours = _ours(tree)
    names = {_module_name(path, tree) for path in ours}
    wanted = {name for path in ours for name in _imported(path)} - names
    theirs = (name for name in wanted if not _is_standard(name) and _is_in(tree, name))
    modules = [*sorted(names), *sorted(theirs)]
    what = json.dumps([str(tree), modules, sorted(SERVICES)])
    done = subprocess.run(
        (python, "-I", "-S", "-B", "-c", _IMPORT_ALL, what),
        check=False,
        timeout=TIMEOUT_S,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"a package made the same way cannot be imported:\n{done.stderr}")
    return tuple(Path(each).relative_to(tree).as_posix() for each in json.loads(done.stdout))


def _ours(tree: Path) -> list[Path]:
    return sorted(path for package in OURS for path in (tree / package).rglob("*.py"))


def _module_name(path: Path, tree: Path) -> str:
    name = path.relative_to(tree).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _is_in(tree: Path, name: str) -> bool:
    place = tree / name.replace(".", "/")
    return place.is_dir() or place.with_suffix(".py").exists() or any(_compiled(place))


def _compiled(place: Path) -> Iterator[Path]:
    return place.parent.glob(f"{place.name}.*.so")
