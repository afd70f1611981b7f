"""Commit together what several threads write at the same time.

To be durable a commit waits for the disk, some milliseconds. Who comes meanwhile waits for the next
one anyway, so all of them share it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlite_utils import Database

from newsletter.stores.sqlite.connection import SqliteFile

Result = TypeVar("Result")


@dataclass(slots=True)
class _Job(Generic[Result]):
    """One thread's work, and what came of it."""

    work: Callable[[], Result]
    is_done: bool = False
    result: Result | None = None
    error: BaseException | None = None


class GroupCommit:
    """Run pieces of work in shared transactions; each is whole or not at all by itself."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._queue: list[_Job[object]] = []
        self._queue_lock = threading.Lock()
        self._turn = threading.Lock()

    def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` and return its result when it is durable; raise what it raises.

        It may run in another thread, and must write through the same file.
        """
        job: _Job[Result] = _Job(work)
        with self._queue_lock:
            self._queue.append(job)  # type: ignore[arg-type]  # its result goes back to us alone
        with self._turn:
            if not job.is_done:
                self._commit_all()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]  # it is done, without an error

    def _commit_all(self) -> None:
        with self._queue_lock:
            jobs, self._queue = self._queue, []
        try:
            with self._file.write() as database:
                for job in jobs:
                    _attempt(database, job)
        except BaseException as error:
            for job in jobs:
                job.error = error
            raise
        finally:
            for job in jobs:
                job.is_done = True


def _attempt(database: Database, job: _Job[object]) -> None:
    database.execute("SAVEPOINT one")
    try:
        job.result = job.work()
    except Exception as error:  # noqa: BLE001 - raised again where the work came from
        job.error = error
        database.execute("ROLLBACK TO one")
    finally:
        database.execute("RELEASE one")
