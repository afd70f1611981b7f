"""One renderer for all tests: compiling the frame takes longer than most of them."""

import pytest

from newsletter.render.mail import DigestRenderer
from tests.unit.render.mails import IDENTITY


@pytest.fixture(scope="session")
def renderer() -> DigestRenderer:
    return DigestRenderer(IDENTITY)
