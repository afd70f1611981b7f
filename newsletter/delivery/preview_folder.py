"""A folder of written mails, which may be somebody's own: only what was written here is removed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from newsletter.errors import UsageError

LIST_NAME: Final = ".newsletter-mails"
"""The file with the names of the files that a run wrote, one a line."""
INDEX: Final = "index.html"

_OURS = re.compile(r"index\.html|\d{3,}-[A-Za-z0-9.-]+\.(?:html|txt|eml)")


class PreviewFolder:
    """Write files below a folder; those an earlier run wrote are removed first.

    Raises:
        UsageError: it is no folder, may not be written, or has such a file of somebody else's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list = folder / LIST_NAME
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._remove_earlier()
            if (folder / INDEX).exists():
                raise FileExistsError(None, None, INDEX)

    def write(self, name: str, content: bytes) -> Path:
        """Write one file that is not there yet, and remember that it is ours."""
        path = self._folder / name
        with self._told(), path.open("xb") as file:
            self._remember(name)
            file.write(content)
        return path

    def _remember(self, name: str) -> None:
        with self._list.open("a", encoding="utf-8") as names:
            names.write(f"{name}\n")

    def _remove_earlier(self) -> None:
        if not self._list.is_file():
            return
        for name in self._list.read_text(encoding="utf-8", errors="replace").splitlines():
            if _OURS.fullmatch(name):
                (self._folder / name).unlink(missing_ok=True)
        self._list.unlink()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            what = f"{Path(error.filename or '').name} in {self._folder} was not written by us"
            if not self._folder.is_dir():
                what = f"{self._folder} is no folder"
            raise UsageError(f"{what}: remove it, or choose another folder with --out") from error
        except OSError as error:
            raise UsageError(
                f"mails cannot be written to {self._folder}: {error.strerror}; choose a folder "
                "with --out"
            ) from error
