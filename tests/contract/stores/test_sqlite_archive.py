"""SQLite keeps the contract of the archive, in files that were there before it too."""

import sqlite3
from pathlib import Path

import pytest

from newsletter.ports import Archive, PaperStore
from newsletter.stores.sqlite import SqliteStore, open_store
from newsletter.stores.sqlite.archive import MAX_FOUND
from tests.contract.stores.archive import ArchiveContract, ids
from tests.contract.stores.values import KEY
from tests.factories import make_paper


@pytest.fixture
def papers(store: SqliteStore) -> PaperStore:
    return store.papers


@pytest.fixture
def archive(store: SqliteStore) -> Archive:
    return store.archive


class TestSqliteArchive(ArchiveContract):
    """``SqliteArchive`` is an ``Archive``."""

    def test_not_everything_is_counted(self, archive: Archive, papers: PaperStore) -> None:
        papers.save_announcement((make_paper(n) for n in range(MAX_FOUND + 5)), [])
        found = archive.search("sparse", limit=1)
        assert (found.total, found.is_more) == (MAX_FOUND, True)


def forget_the_archive(database: Path) -> None:
    """Make a file as it was before there was an archive."""
    with sqlite3.connect(database) as connection:
        for name in ("papers_replaced", "papers_added", "papers_changed", "papers_removed"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP TABLE paper_words")
        connection.execute("DROP TABLE paper_numbers")
        connection.execute("DELETE FROM marks WHERE name = 'papers_revision'")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0006_archive'")
    connection.close()


def test_papers_from_before_there_was_an_archive_are_found(database: Path) -> None:
    with open_store(database, address_key=KEY) as store:
        store.papers.save_announcement([make_paper(1)], [])
    forget_the_archive(database)
    with open_store(database, address_key=KEY) as store:
        assert ids(store.archive, "sparse") == ["2611.00001"]


def test_compacting_the_file_loses_nothing(store: SqliteStore, database: Path) -> None:
    numbers = range(20)
    store.papers.save_announcement([make_paper(n, title=f"word{n}") for n in numbers], [])
    store.papers.save_announcement([make_paper(3, title="changed")], [])
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM papers WHERE id = '2611.00000'")
        connection.commit()
        connection.execute("VACUUM")
    connection.close()
    assert ids(store.archive, "word0") == []
    assert ids(store.archive, "word19") == ["2611.00019"]
    assert ids(store.archive, "changed") == ["2611.00003"]
