"""Each function may do what it does, and nothing else: seen while all do everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.aws.deployment import Deployment, deployed
from tests.e2e.aws.everything import live
from tests.e2e.aws.iam import UNASKED, Statement, outside, read_calls, statements_of, unused
from tests.servers.moto_server import running_moto


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment in which everything has happened."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        folder: Path = tmp_path_factory.mktemp("roles")
        with running_moto() as moto, deployed(moto, folder) as deployment:
            live(deployment)
            yield deployment


@pytest.fixture
def statements(made: Deployment) -> tuple[Statement, ...]:
    return statements_of(made.stack.template, made.stack.names)


def test_no_call_is_outside_of_its_role(
    made: Deployment, statements: tuple[Statement, ...]
) -> None:
    assert outside(read_calls(made.recording), statements) == []


def test_nothing_is_allowed_that_is_never_asked_for(
    made: Deployment, statements: tuple[Statement, ...]
) -> None:
    assert set(unused(read_calls(made.recording), statements)) == set(UNASKED)
