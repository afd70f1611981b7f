"""The package of the functions, built from a small program and small wheels: no index is asked."""

import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from infra.bytecode import find_python
from infra.package import Build, build
from infra.wheels import Target

VERSION = ".".join(map(str, sys.version_info[:2]))
PYPROJECT = """
[project]
version = "1.2"
dependencies = ["boto3>=1", "openai", "typer>=9"]
[project.optional-dependencies]
aws = ["anyio", "mangum"]
"""
AWS = """
import boto3
def fail():
    raise ValueError
def web():
    import mangum
"""
ANYIO = """
from anyio._lazyimport import install_lazy_importer
install_lazy_importer()
def run(call, *arguments):
    call(*arguments)
"""
LAZY = "def install_lazy_importer(): ..."
TO_THREAD = """
def run_sync(call):
    from anyio import _backend
"""
OPENAI = """
from openai import used
class OpenAI:
    def __init__(self, api_key):
        self.chat = self
        self.completions = self.responses = self.files = None
"""


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def make_wheel(folder: Path, name: str, files: dict[str, str], requires: str = "") -> None:
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    metadata += f"Requires-Dist: {requires}\n" if requires else ""
    wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    record = "".join(f"{each},,\n" for each in (*contents, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for each, text in {**contents, f"{info}/RECORD": record}.items():
            archive.writestr(each, text)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = tmp_path_factory.mktemp("project")
    write(root, "pyproject.toml", PYPROJECT)
    write(root, "constraints.txt", "boto3==1.0\n")
    write(root, "newsletter/__init__.py", '"""The program."""\n')
    write(root, "newsletter/aws.py", AWS)
    write(root, "newsletter/cli/__init__.py", "import typer\n")
    write(root, "newsletter/__main__.py", "import newsletter.cli\n")
    write(root, "subscribers/__init__.py", "")
    write(root, "templates/email/a.j2", "Hello")
    wheels = root / "index"
    wheels.mkdir()
    make_wheel(wheels, "boto3", {"boto3/__init__.py": "def client(*a, **k): ...\n"}, "pip")
    unused = {"openai/used.py": "", "openai/unused.py": "X = 1\n", "openai/tests/t.py": ""}
    make_wheel(wheels, "openai", {"openai/__init__.py": OPENAI, **unused})
    parts = {"anyio/to_thread.py": TO_THREAD, "anyio/_backend.py": "", "anyio/rest.py": ""}
    lazy = {"anyio/__init__.py": ANYIO, "anyio/_lazyimport.py": LAZY}
    make_wheel(wheels, "anyio", {**lazy, **parts})
    make_wheel(wheels, "mangum", {"mangum.py": "def f(): ...\n"})
    make_wheel(wheels, "pip", {"pip/__init__.py": ""})
    return Build(
        root=root,
        out=root,
        target=Target(python=VERSION, arch="arm64"),
        pip_options=("--no-index", f"--find-links={wheels}"),
    )


@pytest.fixture(scope="module")
def package(project: Build) -> Path:
    assert find_python(VERSION)
    return build(project)


def test_our_code_its_templates_and_what_it_needs_are_in_it(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = set(archive.namelist())
    tag = sys.implementation.cache_tag
    # What is loaded first by a call is compiled too; what reads its own source keeps it.
    assert names == {
        "anyio-1.0.dist-info/METADATA",
        "anyio/__init__.py",
        f"anyio/__pycache__/__init__.{tag}.pyc",
        "anyio/_backend.pyc",
        "anyio/_lazyimport.pyc",
        "anyio/rest.py",
        "anyio/to_thread.pyc",
        "arxiv_newsletter-1.2.dist-info/METADATA",
        "boto3-1.0.dist-info/METADATA",
        "boto3/__init__.pyc",
        "mangum-1.0.dist-info/METADATA",
        "mangum.pyc",
        "newsletter/__init__.py",
        f"newsletter/__pycache__/__init__.{tag}.pyc",
        f"newsletter/__pycache__/aws.{tag}.pyc",
        "newsletter/aws.py",
        "newsletter/templates/email/a.j2",
        "openai-1.0.dist-info/METADATA",
        "openai/__init__.pyc",
        "openai/unused.py",
        "openai/used.pyc",
        "subscribers/__init__.py",
        f"subscribers/__pycache__/__init__.{tag}.pyc",
    }


def test_a_second_build_has_the_same_bytes_and_needs_no_index(
    package: Path, project: Build, tmp_path: Path
) -> None:
    first = sha256(package.read_bytes()).hexdigest()
    for wheel in (project.root / "index").iterdir():
        wheel.rename(tmp_path / wheel.name)
    again = build(project)
    assert sha256(again.read_bytes()).hexdigest() == first


def test_what_was_compiled_is_taken_as_it_is(package: Path, tmp_path: Path) -> None:
    """A zip keeps no dates to go by: the sources are only for tracebacks."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "newsletter" / "aws.py").write_text("1\n2\n3\nother lines\n", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from newsletter import aws; aws.fail()"
    )
    done = subprocess.run(
        (sys.executable, "-I", "-S", "-B", "-c", code),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert 'newsletter/aws.py", line 4, in fail\n    other lines' in done.stderr


def test_a_program_that_needs_more_than_is_in_the_package_is_refused(
    project: Build, package: Path
) -> None:
    wanting = project.root / "newsletter" / "wanting.py"
    wanting.write_text("def f():\n    import rich\n", encoding="utf-8")
    try:
        with pytest.raises(SystemExit, match=r"newsletter/wanting\.py wants rich"):
            build(project)
    finally:
        wanting.unlink()
