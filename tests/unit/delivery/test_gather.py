"""Outcomes that come back together are recorded together."""

import threading
from queue import SimpleQueue

from newsletter.delivery.gather import gather


def filled(*items: int) -> "SimpleQueue[int]":
    queue: SimpleQueue[int] = SimpleQueue()
    for item in items:
        queue.put(item)
    return queue


def test_all_that_is_there_is_taken_in_order() -> None:
    assert gather(filled(1, 2, 3), at_most=3, hurry_below=0) == [1, 2, 3]


def test_no_more_are_taken_than_fit() -> None:
    queue = filled(1, 2, 3)
    assert gather(queue, at_most=2, hurry_below=0) == [1, 2]
    assert queue.get_nowait() == 3


def test_it_waits_for_the_first() -> None:
    queue = filled()
    timer = threading.Timer(0.05, queue.put, [7])
    timer.start()
    assert gather(queue, at_most=1, hurry_below=0) == [7]
    timer.join()


def test_it_waits_a_moment_for_those_close_behind() -> None:
    queue = filled(1)
    timer = threading.Timer(0.05, queue.put, [2])
    timer.start()
    assert gather(queue, at_most=2, hurry_below=0, linger_s=30) == [1, 2]
    timer.join()


def test_it_does_not_wait_when_the_workers_need_company() -> None:
    assert gather(filled(1), at_most=4, hurry_below=3, linger_s=3_600) == [1]


def test_the_moment_ends() -> None:
    assert gather(filled(1), at_most=50, hurry_below=0, linger_s=0.01) == [1]
