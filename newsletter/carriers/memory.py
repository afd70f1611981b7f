"""A queue within this process."""

from collections import deque
from collections.abc import Iterator, Sequence


class MemoryQueue:
    """``fanout_ports.ParcelQueue`` for one process: who puts work in takes it out as well."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()

    def put_all(self, messages: Sequence[str]) -> None:
        """Put messages in."""
        self._messages.extend(messages)

    def take_all(self) -> Iterator[str]:
        """Yield messages, first come first served, and what is put in meanwhile too."""
        while self._messages:
            yield self._messages.popleft()

    def __len__(self) -> int:
        return len(self._messages)
