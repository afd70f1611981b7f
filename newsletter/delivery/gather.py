"""Gather what comes back at about the same time, so that one durable write serves many."""

import time
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

LINGER_S: Final = 0.02
NAP_S: Final = 0.004

Item = TypeVar("Item")


def gather(
    queue: "SimpleQueue[Item]", *, at_most: int, hurry_below: int, linger_s: float = LINGER_S
) -> list[Item]:
    """Wait for one item, and for a moment longer for those that are close behind.

    Args:
        queue: where they come in.
        at_most: how many are still to come, or fit into one write; at least 1.
        hurry_below: with no more than so many left to come, take what is there and wait no
            longer: they need company.
        linger_s: the moment, in seconds.
    """
    items = [queue.get()]
    deadline = time.monotonic() + linger_s
    # Naps, for to be woken by each item would cost the workers more than it brings.
    while 1 + queue.qsize() < at_most - hurry_below and time.monotonic() < deadline:
        time.sleep(NAP_S)
    while len(items) < at_most:
        try:
            items.append(queue.get_nowait())
        except Empty:
            break
    return items
