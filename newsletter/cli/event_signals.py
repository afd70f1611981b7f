"""Ctrl-C and SIGTERM while events are pulled: a wait ends at once, all else is finished."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from newsletter.cli.output import note
from newsletter.model import QueueMessage
from newsletter.ports import EventQueue


class InterruptibleQueue:
    """A queue whose waiting can be broken off; ``is_stopped`` says that somebody did."""

    def __init__(self, queue: EventQueue) -> None:
        self._queue = queue
        self._is_waiting = False
        self.is_stopped = False

    def receive(self, limit: int, *, wait_s: int) -> tuple[QueueMessage, ...]:
        """Receive; nothing, once somebody wants to stop: what was on its way comes again."""
        try:
            self._is_waiting = True
            return () if self.is_stopped else self._queue.receive(limit, wait_s=wait_s)
        except KeyboardInterrupt:
            return ()
        finally:
            self._is_waiting = False

    def delete(self, messages: Sequence[QueueMessage]) -> int:
        """Delete messages."""
        return self._queue.delete(messages)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Heed the signals for the time of the block; the second one stops at once."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_waiting or self.is_stopped:
            self.is_stopped = True
            raise KeyboardInterrupt
        self.is_stopped = True
        note("Stopping: what was received is kept first. Once more stops at once.")
