"""Gather what comes back at about the same time, so that one durable write serves many."""

import time
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

LINGER_S: Final = 0.02

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
    while len(items) < at_most:
        is_in_hurry = at_most - len(items) <= hurry_below
        left_s = 0.0 if is_in_hurry else max(0.0, deadline - time.monotonic())
        try:
            items.append(queue.get(block=left_s > 0, timeout=left_s or None))
        except Empty:
            break
    return items
