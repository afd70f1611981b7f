"""Papers a reader likes, as they paste them: ids, links, a reference list, BibTeX.

Source of the ids' form: https://info.arxiv.org/help/arxiv_identifier.html
"""

import re
from dataclasses import dataclass

MAX_CHARS = 200_000

_ID = re.compile(
    r"(?<![\w./-])(?:arXiv:|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?"
    r"(?P<id>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})"
    r"(?:v[1-9]\d{0,3})?(?:\.pdf)?(?![\w/-]|\.\w)",
    re.ASCII | re.IGNORECASE,
)
_ARCHIVE_CLASS = re.compile(r"\.[A-Za-z]{2}(?=/)")
_BIBTEX_ENTRY = re.compile(
    r"^[ \t]*@(?!comment|preamble|string)\w+[ \t]*[{(]", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPapers:
    """What was found in a text.

    Attributes:
        ids: without version, each once, in the text's order.
        unread: the beginning of each line, or BibTeX entry, that names no paper of arXiv.
    """

    ids: tuple[str, ...]
    unread: tuple[str, ...]


def read_seed_papers(text: str) -> SeedPapers:
    """Find arXiv's ids in what somebody pasted; at most 200,000 characters are looked at."""
    ids: list[str] = []
    unread: list[str] = []
    for entry in _entries(text[:MAX_CHARS]):
        found = [_normal(match["id"]) for match in _ID.finditer(entry)]
        ids += found
        if not found:
            unread.append(" ".join(entry.split())[:80])
    return SeedPapers(ids=tuple(dict.fromkeys(ids)), unread=tuple(unread))


def _entries(text: str) -> list[str]:
    """Split BibTeX at its entries, what stands before the first of them at its lines."""
    starts = [match.start() for match in _BIBTEX_ENTRY.finditer(text)]
    ends = [*starts[1:], len(text)]
    before = text[: starts[0]] if starts else text
    lines = [line for line in before.splitlines() if line.strip(" ,;\t")]
    return lines + [text[start:end] for start, end in zip(starts, ends, strict=False)]


def _normal(found: str) -> str:
    return _ARCHIVE_CLASS.sub("", found).lower()
