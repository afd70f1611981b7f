"""The template, read and translated once."""

import pytest

from infra.translate import Template, read_template, translate


@pytest.fixture(scope="session")
def template() -> Template:
    return read_template()


@pytest.fixture(scope="session")
def translated() -> Template:
    return translate(read_template())
