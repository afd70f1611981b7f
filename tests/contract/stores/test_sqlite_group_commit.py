"""Commits that several threads share: each piece of work is whole by itself."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.stores.sqlite.connection import SqliteFile, open_file
from newsletter.stores.sqlite.group_commit import GroupCommit


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    opened = open_file(tmp_path / "test.db")
    with opened.write() as database:
        database.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT")
    yield opened
    opened.close()


def insert(file: SqliteFile, number: int) -> Callable[[], int]:
    def work() -> int:
        with file.write() as database:
            database.execute("INSERT INTO numbers VALUES (:n)", {"n": number})
        if number < 0:
            raise ValueError(number)
        return number

    return work


def stored(file: SqliteFile) -> set[int]:
    return {row["number"] for row in file.rows("SELECT number FROM numbers")}


def test_what_comes_while_a_commit_is_under_way_shares_the_next(file: SqliteFile) -> None:
    commits: list[str] = []
    group = GroupCommit(file)
    with file.read() as database:
        database.conn.set_trace_callback(commits.append)
    is_first_in, may_go_on = threading.Event(), threading.Event()

    def slow() -> int:
        is_first_in.set()
        may_go_on.wait(10)
        return insert(file, 0)()

    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(group.run, slow)
        is_first_in.wait(10)
        others = [pool.submit(group.run, insert(file, n)) for n in range(1, 21)]
        while len(group._queue) < 20:
            threading.Event().wait(0.001)
        may_go_on.set()
        assert [first.result(), *(each.result() for each in others)] == list(range(21))
    assert stored(file) == set(range(21))
    assert commits.count("COMMIT") == 2


def test_one_piece_that_fails_takes_no_other_with_it(file: SqliteFile) -> None:
    group = GroupCommit(file)
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(group.run, insert(file, number)) for number in range(-8, 40)]
    assert [type(each.exception()) for each in done[:8]] == [ValueError] * 8
    assert stored(file) == set(range(40))


def test_when_nothing_can_be_committed_everybody_is_told(file: SqliteFile) -> None:
    group = GroupCommit(file)
    file.path.unlink()
    with pytest.raises(StoreError, match="deleted or replaced"):
        group.run(insert(file, 1))
