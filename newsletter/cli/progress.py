"""Progress on standard error, for people: nothing is shown where it is not a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[str], None]
"""Take one step and say what is being done."""


@contextmanager
def progress(title: str, *, total: int | None = None) -> Iterator[Advance]:
    """Show a bar, or a spinner where the total is not known, while the block runs."""
    if not sys.stderr.isatty():
        yield _say_nothing
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(title, total=total)
        yield lambda text: bar.update(task, advance=1, description=text[:60])


def _say_nothing(text: str) -> None:
    """Take a step that nobody watches."""
