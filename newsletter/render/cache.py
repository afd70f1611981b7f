"""A bounded memory of what was rendered."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=object)


class Memory(OrderedDict[K, V]):
    """Keep the ``size`` values put in last; safe to share between threads.

    To find one is a look into a dict, no more: what was used when is not noted.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._lock = Lock()

    def put(self, key: K, value: V) -> V:
        """Remember ``value`` in the place of what was there, and return it."""
        with self._lock:
            self[key] = value
            if len(self) > self._size:
                self.popitem(last=False)
        return value


class Memo(Memory[K, V]):
    """Make what is not remembered."""

    def __init__(self, make: Callable[[K], V], *, size: int) -> None:
        super().__init__(size)
        self._make = make

    def __missing__(self, key: K) -> V:
        return self.put(key, self._make(key))


class LruCache(Generic[K, V]):
    """Keep the ``size`` values used last; safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of ``key``, made now if it is not remembered.

        None cannot be remembered. Two threads may make the same value at once; one of them is kept.
        """
        with self._lock:
            if (known := self._values.get(key)) is not None:
                self._values.move_to_end(key)
                return known
        return self.put(key, make())

    def put(self, key: K, value: V) -> V:
        """Remember ``value`` in the place of what was there, and return it."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
