"""Ctrl-C and SIGTERM while mails go out."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from newsletter.cli.output import note

STOPPED_AT_ONCE: Final = 130
STDERR: Final = 2
AT_ONCE: Final = b"Stopped at once: nobody knows what became of the mails in flight.\n"
"""Written past all buffers: the second signal may come while the first is still being told."""


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C or SIGTERM into a wish to stop; the second ends the process at once.

    That is as safe as pulling the plug: what was in flight counts as unknown once its lease has
    run out. Waiting for it, up to the mailer's time-out, is what the first signal is for.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os.write(STDERR, AT_ONCE)
            os._exit(STOPPED_AT_ONCE)
        stop.set()
        note("Stopping: finishing what is in flight. Once more stops at once.")

    before = {each: signal.signal(each, ask_to_stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
