"""Read the files of the ranking protocol: papers as JSON lines, readers as one JSON list."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from newsletter.model import AnnounceType, Paper
from subscribers.interests import Interests, Keyword

_MAGIC: dict[bytes, Callable[..., IO[Any]]] = {
    b"\xfd7zXZ": lzma.open,
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader of the protocol.

    Attributes:
        keywords: phrases.
        liked: arXiv ids, in the file's order.
    """

    name: str
    keywords: tuple[str, ...]
    liked: tuple[str, ...]

    def interests(self) -> Interests:
        """Return what the reader would enter in the product: the keywords alone."""
        return Interests(keywords=tuple([Keyword(phrase=phrase) for phrase in self.keywords]))


def read_papers(path: Path) -> Iterator[Paper]:
    """Yield the papers of a plain, gz, bz2 or xz file of JSON lines."""
    with _open_text(path) as lines:
        for line in lines:
            if line.strip():
                yield parse_paper(json.loads(line))


def read_readers(path: Path) -> tuple[Reader, ...]:
    """Return the readers in the file's order."""
    with _open_text(path) as file:
        entries = json.load(file)
    return tuple(
        [
            Reader(
                name=entry["reader"],
                keywords=tuple(entry["keywords"]),
                liked=tuple(entry["liked"]),
            )
            for entry in entries
        ]
    )


def parse_paper(record: dict[str, Any]) -> Paper:
    """Make a paper of one record, as new on its day in its first category."""
    day = date.fromisoformat(record["announced_on"])
    title = " ".join(record["title"].split())
    abstract = " ".join(record["abstract"].split())
    categories = tuple(record.get("categories") or ())
    return Paper(
        id=record["id"],
        version=1,
        title=title,
        abstract=abstract,
        title_tex=title,
        abstract_tex=abstract,
        authors=tuple(record.get("authors") or ()),
        categories=categories,
        announce_type=AnnounceType.NEW,
        announced_in=tuple([(category, AnnounceType.NEW) for category in categories[:1]]),
        announced_on=day,
        issue_on=day,
    )


def _open_text(path: Path) -> IO[Any]:
    with path.open("rb") as file:
        start = file.read(6)
    for magic, opener in _MAGIC.items():
        if start.startswith(magic):
            return opener(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")
