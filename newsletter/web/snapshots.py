"""The current snapshot; when papers change, the next one is made beside it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from newsletter.errors import StoreError
from newsletter.log import get_logger

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

CHECK_EVERY_S: Final = 1.0


class Snapshots:
    """Hand out snapshots: nobody waits for one but the first visitor.

    Args:
        make: makes a snapshot; takes seconds.
        revision: tells the archive's revision; quick.
        now_s: a clock that never goes back, in seconds.
    """

    def __init__(
        self,
        make: Callable[[], "Snapshot"],
        *,
        revision: Callable[[], str],
        now_s: Callable[[], float],
    ) -> None:
        self._make = make
        self._revision = revision
        self._now_s = now_s
        self._checked_s = now_s()
        self._snapshot: Snapshot | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshots")
        self._check: Future[None] | None = None

    async def current(self) -> "Snapshot":
        """Return the newest snapshot there is; at most once a second, look whether it is old.

        Raises:
            StoreError: there is none yet, and the database cannot be read.
        """
        if self._snapshot is None:
            return await asyncio.wrap_future(self._worker.submit(self.refresh))
        if self._now_s() - self._checked_s >= CHECK_EVERY_S and not self._is_checking():
            self._checked_s = self._now_s()
            self._check = self._worker.submit(self._refresh_quietly)
        return self._snapshot

    def refresh(self) -> "Snapshot":
        """Return a snapshot of the archive as it is now."""
        if self._snapshot is None or self._snapshot.revision != self._revision():
            self._snapshot = self._make()
        return self._snapshot

    def warm_up(self) -> None:
        """Begin to make the first snapshot, so that the first visitor need not wait for it."""
        self._check = self._worker.submit(self._refresh_quietly)

    def close(self) -> None:
        """Wait for what is being made, and make no more."""
        self._worker.shutdown(cancel_futures=True)

    def _is_checking(self) -> bool:
        return self._check is not None and not self._check.done()

    def _refresh_quietly(self) -> None:
        """Refresh; while the database cannot be read, what is there stays."""
        try:
            self.refresh()
        except StoreError as error:
            get_logger().warning("snapshot.failed", error=str(error))
