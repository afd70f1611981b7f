"""The data folder: secrets, database, room on the disk."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from newsletter.config import Settings, resolve_secrets
from newsletter.config.local_secrets import FILE_NAME
from newsletter.doctor.finding import SERVICE, SETTING, Finding, ok, problem, warning
from newsletter.ports import Store
from subscribers.model import SubscriberState

MIN_FREE_BYTES = 50_000_000
LOW_FREE_BYTES = 500_000_000
RESTORE = f"restore {FILE_NAME} from your back-up, next to the database"

OpenStore = Callable[[], AbstractContextManager[Store]]


def check_secrets(settings: Settings) -> Iterator[Finding]:
    """Check that the keys are there, before anything makes new ones."""
    if has_lost_secrets(settings):
        yield problem(
            "secrets",
            f"there is a database but no {FILE_NAME}: under new keys no reader would be found, and "
            "links in mails that were sent would stop working",
            fix=RESTORE,
            exit_code=SETTING,
        )
        return
    resolve_secrets(settings, make=False)
    if _are_given(settings):
        there = "Parameter Store" if settings.aws.parameters else "the environment"
        yield ok("secrets", f"the keys come from {there}")
    elif (settings.store.data_dir / FILE_NAME).exists():
        yield ok("secrets", f"the keys are in {FILE_NAME} in the data folder: back it up")
    else:
        yield ok("secrets", f"there are no keys yet; the first command makes {FILE_NAME}")


def check_store(settings: Settings, open_store: OpenStore) -> Iterator[Finding]:
    """Check that the database opens, has our tables, and a file can be written."""
    path = settings.store.path
    if _is_far(settings):
        with open_store() as store:
            yield ok("store", f"the tables of DynamoDB can be read: {_contents(store)}")
    elif has_lost_secrets(settings):
        yield warning("store", "the database was not opened: its keys are missing", fix=RESTORE)
    elif path.exists():
        with open_store() as store:
            store.papers.save_announcement((), ())  # takes the lock for writing, writes nothing
            yield ok("store", f"the database can be read and written: {_contents(store)}")
        yield from _check_privacy(path)
    else:
        yield from check_folder("store", path.parent, setting="store.data_dir")


def check_disk(
    settings: Settings, *, free_bytes: Callable[[Path], int] | None = None
) -> Iterator[Finding]:
    """Check that there is room: on a full disk nothing is claimed and nothing is sent."""
    free = (free_bytes or _free_bytes)(existing_folder(settings.store.data_dir))
    text = f"{free / 1e9:,.1f} GB are free on the disk of the data folder"
    fix = "free some space, or set store.data_dir to another disk"
    if free < MIN_FREE_BYTES:
        yield problem("disk", text, fix=fix, exit_code=SERVICE)
    elif free < LOW_FREE_BYTES:
        yield warning("disk", text, fix=fix)
    else:
        yield ok("disk", text)


def count_active_readers(settings: Settings, open_store: OpenStore) -> int | None:
    """Return how many readers are active; None when there is no database to ask.

    Raises:
        StoreError: it cannot be read.
    """
    is_here = settings.store.path.exists() and not has_lost_secrets(settings)
    if not is_here and not _is_far(settings):
        return None
    with open_store() as store:
        return sum(1 for _ in store.subscribers.list_by_state(SubscriberState.ACTIVE))


def check_folder(check: str, folder: Path, *, setting: str) -> Iterator[Finding]:
    """Check that this user may write in a folder, which need not exist yet."""
    there = existing_folder(folder)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        made = "can be written" if there == folder else "is made when it is needed"
        yield ok(check, f"the folder {folder} {made}")
        return
    yield problem(
        check,
        f"the folder {folder} cannot be {'written' if there == folder else f'made in {there}'}",
        fix=f"set {setting} to a folder this user may write in",
        exit_code=SETTING,
    )


def existing_folder(path: Path) -> Path:
    """Return the path, or the nearest above it that exists."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def has_lost_secrets(settings: Settings) -> bool:
    """Tell whether there is a database whose keys are gone."""
    if _is_far(settings) or _are_given(settings):
        return False
    has_file = (settings.store.data_dir / FILE_NAME).exists()
    return settings.store.path.exists() and not has_file


def _is_far(settings: Settings) -> bool:
    return settings.store.kind == "dynamodb"


def _are_given(settings: Settings) -> bool:
    secrets = settings.secrets
    return bool(secrets.token_keys and secrets.address_key.get_secret_value())


def _contents(store: Store) -> str:
    readers = sum(1 for _ in store.subscribers.list_by_state(SubscriberState.ACTIVE))
    day = store.papers.last_issue_day()
    people = f"{readers:,} active reader{'' if readers == 1 else 's'}"
    return f"{people}, {f'papers until {day}' if day else 'no papers yet'}"


def _check_privacy(path: Path) -> Iterator[Finding]:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        yield warning(
            "store",
            "other users of this machine can read the database, and the addresses in it",
            fix=f"run `chmod 600 {path}`",
        )


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
