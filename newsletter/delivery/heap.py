"""Spare Python's garbage collector what stays anyway while mails go out."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled_heap() -> Iterator[None]:
    """Leave what is there at the beginning of the block out of collections until its end.

    Each claim makes hundreds of small values, so the collector looks for cycles again and again:
    among the SDK's models and the issue's papers too, which costs more than the claim itself.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
