"""Bundles: what belongs to an issue, in one file that never changes."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from newsletter.errors import BundleError
from newsletter.model import Issue, Paper, Summary

SCHEMA: Final = 1
MOST_OPENED_BYTES: Final = 500_000_000

_NAME: Final = re.compile(r"[a-z0-9-]+\.v(\d+)\.([0-9a-f]{64})\.json\.gz")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything that the mails of an issue are made of, but for the readers.

    Attributes:
        issue: as it began; its id is the edition's.
        papers: of its days, ordered by id.
        summaries: language → those that were there, one for each paper at most.
        history: the name of the file with the earlier papers; only ranking needs them.
    """

    issue: Issue
    papers: tuple[Paper, ...]
    summaries: Mapping[str, tuple[Summary, ...]] = field(default_factory=dict)
    history: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Papers before an issue, newest first; only titles and abstracts are there."""

    papers: tuple[tuple[str, str], ...]


def encode_bundle(bundle: Bundle) -> tuple[str, bytes]:
    """Return the name of a bundle, which has its hash, and the file's content."""
    return _encode(bundle.issue.id, TypeAdapter(Bundle).dump_json(bundle))


def decode_bundle(name: str, content: bytes) -> Bundle:
    """Read a bundle.

    Raises:
        BundleError: it is damaged, of another issue, or of another version.
    """
    return _decode(name, content, TypeAdapter(Bundle))


def encode_history(issue_id: str, papers: Sequence[Paper]) -> tuple[str, bytes]:
    """Return the name of a file of earlier papers and its content."""
    history = History(papers=tuple((paper.title, paper.abstract) for paper in papers))
    return _encode(f"{issue_id}-history", TypeAdapter(History).dump_json(history))


def decode_history(name: str, content: bytes) -> History:
    """Read a file of earlier papers; raise ``BundleError`` as ``decode_bundle``."""
    return _decode(name, content, TypeAdapter(History))


def _encode(stem: str, content: bytes) -> tuple[str, bytes]:
    sha256 = hashlib.sha256(content).hexdigest()
    return f"{stem}.v{SCHEMA}.{sha256}.json.gz", gzip.compress(content, compresslevel=6, mtime=0)


def _decode(name: str, content: bytes, adapter: TypeAdapter[Value]) -> Value:
    found = _NAME.fullmatch(name)
    if found is None or int(found[1]) != SCHEMA:
        raise BundleError(
            f"{name} is no bundle of version {SCHEMA}: deploy the version that made it, or "
            "prepare the issue again"
        )
    opened = _opened(name, content)
    if hashlib.sha256(opened).hexdigest() != found[2]:
        raise BundleError(f"{name} is damaged: its content is not what it was when it was written")
    try:
        return adapter.validate_json(opened)
    except ValidationError as error:
        why = str(error).splitlines()[0]
        raise BundleError(f"{name} cannot be understood: {why}") from error


def _opened(name: str, content: bytes) -> bytes:
    opener = zlib.decompressobj(wbits=31)
    try:
        opened = opener.decompress(content, MOST_OPENED_BYTES)
    except zlib.error as error:
        raise BundleError(f"{name} is damaged: it is not gzip") from error
    if not opener.eof:
        raise BundleError(f"{name} is cut short, or too large")
    return opened
