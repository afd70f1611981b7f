"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.servers.moto_server import MotoServer

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # what a busy machine does slowly is not wrong

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded inputs; absent on a user's machine, never in CI."""
    if not SHARED_DATA.is_dir():
        message = f"recorded inputs are not here: {SHARED_DATA}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return SHARED_DATA


@pytest.fixture(scope="session")
def moto_server() -> "Iterator[MotoServer]":
    """Emulated AWS in a process of its own, for all tests of a run."""
    from tests.servers.moto_server import ENVIRONMENT, running_moto

    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        with running_moto() as server:
            yield server
