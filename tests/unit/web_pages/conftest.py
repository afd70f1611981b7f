"""A site over a fresh store, asked in process."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web.app import create_app
from tests.factories import NOW

Ask = Callable[..., TestClient]


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    return {
        "HOME": str(tmp_path),
        "NEWSLETTER_STORE__DATA_DIR": str(tmp_path / "data"),
        "NEWSLETTER_MAILER__DIR": str(tmp_path / "mail"),
        "NEWSLETTER_INTERESTS__KEYWORDS": "sparse attention",
        "NEWSLETTER_INTERESTS__CATEGORIES": "cs.LG",
    }


@pytest.fixture
def program(environ: Mapping[str, str]) -> App:
    return App(load_settings(None, environ), clock=lambda: NOW)


@pytest.fixture
def store(program: App) -> Iterator[SqliteStore]:
    with program.open_store() as opened:
        assert isinstance(opened, SqliteStore)
        yield opened


@pytest.fixture
def client(program: App, store: SqliteStore) -> Iterator[TestClient]:
    """A visitor; what is stored must be so before the first page is asked for."""
    with TestClient(
        create_app(program, store), base_url=program.house.site_url, follow_redirects=False
    ) as asking:
        yield asking
