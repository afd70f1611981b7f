"""A newsletter that is ready to send over a fake SES: readers, and an announcement read whole."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from newsletter.config import ensure_local_secrets
from newsletter.delivery.plan import delivery_id
from newsletter.model import Batch, BatchState, SourceName
from newsletter.stores.sqlite.store import SqliteStore, open_store
from tests.e2e.program import Program
from tests.factories import DAY, make_paper, make_subscriber

ROOT = Path(__file__).resolve().parents[2]
ISSUE = f"{DAY}-daily"
SEND = ("send", "--on", str(DAY), "--yes", "--json")
CATEGORY = "cs.LG"
PAPERS = 8

SETTINGS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "ready",
    "AWS_SECRET_ACCESS_KEY": "ready",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONPATH": str(ROOT),
    "NEWSLETTER_INTERESTS__CATEGORIES": CATEGORY,
    "NEWSLETTER_MAIL__FROM": "digest@papers.arxivdigest.net",
    "NEWSLETTER_MAIL__REPLY_TO": "owner@papers.arxivdigest.net",
    "NEWSLETTER_MAIL__POSTAL_ADDRESS": "Street 1, Town",
    "NEWSLETTER_MAILER__CONFIGURATION_SET": "newsletter",
    "NEWSLETTER_MAILER__KIND": "ses",
    "NEWSLETTER_MAILER__REGION": "eu-west-1",
    "NEWSLETTER_MAILER__TIMEOUT_S": "5",
    "NEWSLETTER_WEB__URL": "https://papers.arxivdigest.net",
}


def prepare(folder: Path, readers: int, *, on: date = DAY) -> tuple[str, ...]:
    """Make reader1 … readerN and a whole announcement; return the deliveries' ids, in order."""
    numbers = range(1, readers + 1)
    key = ensure_local_secrets(folder / "data").address_key
    with open_store(folder / "data" / "newsletter.db", address_key=key) as store:
        for number in numbers:
            store.subscribers.add(make_subscriber(number))
        announce(store, on)
    return tuple(delivery_id(f"{on}-daily", make_subscriber(number).id) for number in numbers)


def announce(store: SqliteStore, on: date) -> None:
    """Let the papers of a day be read, all there are."""
    first = 100 * on.day
    papers = (
        make_paper(number, announced_on=on, issue_on=on) for number in range(first, first + PAPERS)
    )
    store.papers.save_announcement(papers, [_whole_batch(on)])


def ready_program(folder: Path, ses_url: str, **settings: str) -> Program:
    """Return the program over a prepared folder, sending through this SES."""
    return Program(folder, **(settings_for(folder, ses_url) | settings))


def settings_for(folder: Path, ses_url: str) -> dict[str, str]:
    """Return the environment for commands over a prepared folder."""
    return {
        **SETTINGS,
        "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
        "NEWSLETTER_MAILER__ENDPOINT_URL": ses_url,
    }


def copied_program(prepared: Path, folder: Path, ses_url: str, **settings: str) -> Program:
    """Return the program over a copy of a prepared folder."""
    shutil.copytree(prepared, folder)
    return ready_program(folder, ses_url, **settings)


def _whole_batch(on: date) -> Batch:
    return Batch(
        category=CATEGORY,
        announced_on=on,
        state=BatchState.FRESH,
        expected=PAPERS,
        fetched=PAPERS,
        unseen=PAPERS,
        source=SourceName.FEED,
    )
