"""Opening: what is made, what is refused, and with which words."""

import hashlib
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.stores.sqlite import SqliteStore, open_scratch, open_store
from tests.contract.stores.values import KEY, plan_for
from tests.factories import DAY, make_paper, make_subscriber


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_new_store_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.db"
    with open_store(str(path), address_key=KEY):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "a.db" in modes


def test_what_was_written_is_there_after_opening_again(database: Path) -> None:
    with open_store(database, address_key=KEY) as store:
        store.subscribers.add(make_subscriber(1))
    with open_store(database, address_key=KEY) as store:
        assert store.subscribers.get(make_subscriber(1).id) == make_subscriber(1)


def test_every_commit_reaches_the_disk(store: SqliteStore) -> None:
    with store._file.read() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_table_is_strict(store: SqliteStore) -> None:
    rows = store._file.rows("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    loose = {row["name"] for row in rows if not row["strict"]}
    of_fts5 = {name for name in loose if name.startswith("paper_words")}
    assert loose - of_fts5 <= {"sqlite_schema", "_sqlite_migrations"}


def test_a_file_that_is_no_database_is_left_alone(database: Path) -> None:
    database.write_text("Dear diary, " * 100)
    before = digest(database)
    with pytest.raises(StoreError, match=r"not a SQLite database.*store\.data_dir"):
        open_store(database, address_key=KEY)
    assert digest(database) == before


def test_another_programs_database_is_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE recipes (name)")
    before = digest(database)
    with pytest.raises(StoreError, match="another program"):
        open_store(database, address_key=KEY)
    assert digest(database) == before


def test_a_newer_versions_database_is_refused(database: Path) -> None:
    with open_store(database, address_key=KEY) as store, store._file.write() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('newsletter', '9999_telepathy', '2031')"
        )
    before = digest(database)
    with pytest.raises(StoreError, match=r"newer version.*9999_telepathy"):
        open_store(database, address_key=KEY)
    assert digest(database) == before


def test_another_address_key_is_refused(database: Path) -> None:
    open_store(database, address_key=KEY).close()
    with pytest.raises(StoreError, match="another address key"):
        open_store(database, address_key=KEY[::-1])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/a\.db.*check that its folder"):
        open_store(tmp_path / "file" / "a.db", address_key=KEY)


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path, address_key=KEY)


def test_a_damaged_row_is_reported_with_its_id(store: SqliteStore) -> None:
    store.papers.save_announcement([make_paper(1)], [])
    with store._file.write() as connection:
        connection.execute("UPDATE papers SET authors = 'not JSON'")
    with pytest.raises(StoreError, match=r"2611\.00001 cannot be understood"):
        store.papers.papers_between(DAY, DAY)


def test_a_scratch_copy_has_everything_and_changes_nothing(database: Path) -> None:
    with open_store(database, address_key=KEY) as store:
        plan_for(2, ledger=store.ledger, subscribers=store.subscribers)
    before = digest(database)
    with open_scratch(database, address_key=KEY) as scratch:
        assert len(list(scratch.subscribers.list_by_state())) == 2
        scratch.subscribers.remove(make_subscriber(1).id)
        place = scratch.path
    assert digest(database) == before
    assert not place.parent.exists()


def test_a_scratch_copy_sees_what_an_open_store_has_just_written(store: SqliteStore) -> None:
    store.subscribers.add(make_subscriber(1))
    with open_scratch(store.path, address_key=KEY) as scratch:
        scratch.subscribers.add(make_subscriber(2))
        assert len(list(scratch.subscribers.list_by_state())) == 2
    assert len(list(store.subscribers.list_by_state())) == 1


def test_a_scratch_store_needs_no_original_and_makes_none(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "a.db"
    for path in (None, missing):
        with open_scratch(path, address_key=KEY) as scratch:
            assert scratch.papers.last_issue_day() is None
    assert not missing.parent.exists()


def test_a_scratch_copy_that_fails_leaves_nothing_behind(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.write_text("Dear diary, " * 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_scratch(database, address_key=KEY)
    assert [path.name for path in tmp_path.iterdir()] == [database.name]


COUNT_READERS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
print(connection.execute("SELECT count(*) FROM subscribers").fetchone()[0])
connection.close()
"""


def readers_seen_by_another_process(database: Path) -> int:
    command = [sys.executable, "-c", COUNT_READERS, str(database)]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)


def test_a_store_that_is_opened_twice_keeps_its_hold_on_the_file(database: Path) -> None:
    """Else another process thinks itself the last, and takes SQLite's log away from under us."""
    with open_store(database, address_key=KEY) as first:
        first.subscribers.add(make_subscriber(1))
        open_store(database, address_key=KEY).close()
        assert readers_seen_by_another_process(database) == 1
        first.subscribers.add(make_subscriber(2))
        assert readers_seen_by_another_process(database) == 2
