"""The site, served on loopback from the sample's papers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.model import Batch, BatchState
from newsletter.sources.announcements import merge
from newsletter.sources.sample import SampleSource
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web.app import create_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@contextmanager
def serve_sample(folder: Path) -> Iterator[str]:
    """Serve the sample's two days; give the site's address."""
    program = App(
        load_settings(
            None,
            {
                "HOME": str(folder),
                "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
                "NEWSLETTER_MAILER__DIR": str(folder / "mail"),
            },
        ),
        clock=lambda: NOW,
    )
    with program.open_store() as store:
        save_sample(store)
        with running(program, store) as address:
            yield address


def save_sample(store: SqliteStore) -> None:
    """Store the sample; one category of its last day is said to be missing."""
    source = SampleSource()
    for on in SampleSource.days:
        announced = [source.read(category, on) for category in SampleSource.categories]
        store.papers.save_announcement(merge(announced), [])
    missing = Batch(category="cs.DC", announced_on=SampleSource.latest_on, state=BatchState.STALLED)
    store.papers.save_announcement([], [missing])


@contextmanager
def running(program: App, store: SqliteStore) -> Iterator[str]:
    """Serve a site over a store; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        config = uvicorn.Config(create_app(program, store), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timedelta(seconds=30).total_seconds())
