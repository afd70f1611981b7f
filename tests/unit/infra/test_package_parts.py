"""The parts of the package builder."""

import os
import sys
from pathlib import Path

import pytest

from infra.archive import write_zip
from infra.bytecode import find_python
from infra.contents import NOT_NEEDED, SERVICES, project_of, trim
from infra.imports import missing
from infra.translate import Template
from infra.wheels import ROOT, Target, requirements

HERE = ".".join(map(str, sys.version_info[:2]))


def write(tree: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("sqlite-utils>=4.0,<5", "sqlite-utils"),
        ("sqlite_utils-4.2.1-py3-none-any.whl", "sqlite-utils"),
        ("PyYAML>=6", "pyyaml"),
        ("uvloop>=0.21; sys_platform != 'win32'", "uvloop"),
        (">=1", ""),
    ],
)
def test_a_requirement_and_a_wheel_are_of_one_project(text: str, project: str) -> None:
    assert project_of(text) == project


def test_what_the_functions_need_is_pinned_and_without_the_command_line() -> None:
    needed = {project_of(each) for each in requirements()}
    pinned = {
        project_of(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    assert needed <= pinned
    assert "mangum" in needed
    assert not needed & NOT_NEEDED


def test_wheels_are_for_arm_and_amazon_linux_2023() -> None:
    options = Target(python="3.13", arch="arm64").options()
    assert "--only-binary=:all:" in options
    assert "--platform=manylinux_2_34_aarch64" in options
    assert "--platform=manylinux2014_aarch64" in options
    assert "--platform=manylinux_2_35_aarch64" not in options
    assert "--abi=cp313" in options
    assert not [each for each in options if "x86" in each]


def test_the_package_is_for_the_runtime_of_the_template(template: Template) -> None:
    function = template["Globals"]["Function"]
    assert function["Architectures"] == ["arm64"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"PACKAGE_PYTHON := {function['Runtime'].removeprefix('python')}\n" in makefile
    assert (ROOT / "infra" / function["CodeUri"]).resolve() == ROOT / "build/lambda/package.zip"


def test_every_client_that_the_functions_make_keeps_its_description() -> None:
    """A service that botocore has no description of any more cannot be used."""
    assert {"dynamodb", "s3", "sesv2", "sqs", "ssm"} <= SERVICES


def test_tests_and_sources_of_compiled_code_go(tmp_path: Path) -> None:
    gone: tuple[str, ...] = (
        "numpy/tests/a.py",
        "certifi/tests/b.py",
        "x/a.pyi",
        "x/a.pyx",
        "bin/tool",
    )
    gone += ("botocore/data/ec2/service.json", "x-1.dist-info/RECORD")
    kept: tuple[str, ...] = (
        "x/a.py",
        "x/py.typed",
        "botocore/data/sqs/service.json",
        "botocore/data/endpoints.json",
    )
    kept += ("x-1.dist-info/METADATA", "x-1.dist-info/licenses/LICENSE")
    write(tmp_path, *gone, *kept)
    trim(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(kept)


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither dates nor the order of making them shows."""
    write(tmp_path / "one", "b.py", "a/c.so")
    write(tmp_path / "two", "a/c.so", "b.py")
    os.utime(tmp_path / "one" / "b.py", (0, 0))
    (tmp_path / "two" / "b.py").chmod(0o600)
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    assert write_zip(tmp_path / "one", first) == write_zip(tmp_path / "two", second)
    assert first.read_bytes() == second.read_bytes()


def test_an_import_that_is_not_in_the_package_is_told(tmp_path: Path) -> None:
    write(tmp_path, "newsletter/a.py", text="def f():\n    import rich.console\n")
    write(tmp_path, "newsletter/b.py", text="import json, numpy.linalg\nfrom .a import f\n")
    write(tmp_path, "numpy/linalg.cpython-313-aarch64-linux-gnu.so")
    assert list(missing(tmp_path)) == ["newsletter/a.py wants rich.console"]


def test_this_python_is_found_and_another_is_not() -> None:
    found = find_python(HERE)
    assert found is not None
    assert find_python("2.99") is None
