"""Papers from arXiv, fetched once: at arXiv's pace, kept in a folder of bounded size."""

import hashlib
import os
import tempfile
import threading
from pathlib import Path
from typing import Final, Protocol

from newsletter.errors import (
    ConfigurationError,
    SourceError,
    SummarizerUnavailableError,
    UnreadablePaperError,
)

MAX_FOLDER_BYTES: Final = 500_000_000
MAX_FILE_BYTES: Final = 30_000_000
MAX_FAILURES: Final = 2
"""After so many in a row nothing is asked any more: arXiv is down, and mails wait."""


class Page(Protocol):
    """What arXiv answered."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""

    @property
    def body(self) -> bytes:
        """Return the content."""


class Get(Protocol):
    """Fetch a page at arXiv's pace; raise ``SourceError``."""

    def __call__(self, url: str, /) -> Page:
        """Return the page at ``url``."""


class Downloads:
    """Fetch each address once; may be used from several threads, which wait for one another."""

    def __init__(self, get: Get, folder: Path, *, max_bytes: int = MAX_FOLDER_BYTES) -> None:
        self._get = get
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._failures = 0

    def fetch(self, url: str) -> bytes | None:
        """Return the content at ``url``; None when there is none.

        Raises:
            SummarizerUnavailableError: arXiv does not answer now.
            UnreadablePaperError: it is too large.
        """
        path = self._folder / hashlib.sha256(url.encode()).hexdigest()[:32]
        with self._lock:
            if path.exists():
                path.touch()
                return path.read_bytes()
            content = self._download(url)
            if content is not None:
                self._keep(path, content)
        return content

    def _download(self, url: str) -> bytes | None:
        if self._failures >= MAX_FAILURES:
            raise SummarizerUnavailableError("the paper cannot be fetched: arXiv does not answer")
        try:
            page = self._get(url)
            self._failures = 0
        except (SourceError, ConfigurationError) as error:
            self._failures += 1
            raise SummarizerUnavailableError(f"the paper cannot be fetched: {error}") from error
        if page.status in {404, 410}:
            return None
        if page.status != 200:
            raise SummarizerUnavailableError(f"arXiv answers with HTTP {page.status} for the paper")
        if len(page.body) > MAX_FILE_BYTES:
            raise UnreadablePaperError("the paper is too large a file")
        return page.body

    def _keep(self, path: Path, content: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(len(content))
            descriptor, draft = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(draft).replace(path)
        except OSError as error:
            raise SummarizerUnavailableError(
                f"the paper cannot be kept in {self._folder}: {error.strerror}"
            ) from error

    def _make_room(self, size: int) -> None:
        """Delete what was not used for longest."""
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
        total = size + sum(file.stat().st_size for file in files)
        for file in files:
            if total <= self._max_bytes:
                return
            total -= file.stat().st_size
            file.unlink()
