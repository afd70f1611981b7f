"""Worker threads that share one queue of claims; more are hired while they work."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from newsletter.model import Claim


class Crew:
    """Do ``work`` for each claim that is added, several at once. ``work`` must not raise."""

    def __init__(self, work: Callable[[Claim], None]) -> None:
        self._work = work
        self._claims: SimpleQueue[Claim | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    @property
    def size(self) -> int:
        """Return how many workers there are."""
        return len(self._threads)

    def hire_to(self, number: int) -> None:
        """Let there be at least so many workers."""
        while self.size < number:
            thread = threading.Thread(target=self._serve, name=f"deliver-{self.size}")
            thread.start()
            self._threads.append(thread)

    def add(self, claim: Claim) -> None:
        """Hand a claim to the next worker who is free."""
        self._claims.put(claim)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._claims.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (claim := self._claims.get()) is not None:
            self._work(claim)
