"""The site, served on loopback from the sample's papers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.model import Batch, BatchState
from newsletter.ports import Store
from newsletter.sources.announcements import merge
from newsletter.sources.sample import SampleSource
from newsletter.web.app import create_app
from tests.unit.summaries.values import make_key, make_summary, make_text

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


WHOLE = """## Contributions

It is **new**, and so is `a_name_that_is_rather_long_for_a_telephone(and_its_arguments)`.

## Results

| Benchmark with a long name | Tokens a second | Gain over the best known | Memory |
| --- | --- | --- | --- |
| LongBench | 1,200 | 2.1 | 12 GB |

> Quoted.
"""


def save_sample(store: Store) -> None:
    """Store the sample; one category is said to be missing, the first paper has a summary."""
    source = SampleSource()
    for on in SampleSource.days:
        announced = [source.read(category, on) for category in SampleSource.categories]
        store.papers.save_announcement(merge(announced), [])
    first = store.papers.papers_between(SampleSource.latest_on, SampleSource.latest_on)[0]
    key = replace(make_key(), paper_id=first.id, version=first.version)
    store.summaries.save([replace(make_summary(text=make_text(markdown=WHOLE)), key=key)])
    missing = Batch(category="cs.DC", announced_on=SampleSource.latest_on, state=BatchState.STALLED)
    store.papers.save_announcement([], [missing])


@contextmanager
def running(program: App, store: Store) -> Iterator[str]:
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
