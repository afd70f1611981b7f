"""Files that are there whole, or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from newsletter.errors import UsageError


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that only its owner can read, under another name first.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(chunks)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
