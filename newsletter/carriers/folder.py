"""Files of issues in a folder of this machine."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from newsletter.errors import BundleError

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class FolderBundles:
    """``fanout_ports.BundleStore`` in a folder, which is made when it is first written to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Write a file: whole under its name, or not at all."""
        path = self._path(name)
        draft = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise BundleError(
                f"{path} cannot be written: {error.strerror or error}; make room, or let this "
                "user write there"
            ) from error

    def get(self, name: str) -> bytes:
        """Return the content of a file."""
        path = self._path(name)
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise BundleError(f"{path} is missing: restore it, or prepare the issue again") from (
                error
            )
        except OSError as error:
            raise BundleError(f"{path} cannot be read: {error.strerror or error}") from error

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BundleError(f"{name!r} is no name of a bundle")
        return self._folder / name
