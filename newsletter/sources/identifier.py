"""arXiv's identifiers, old and new.

Source: https://info.arxiv.org/help/arxiv_identifier.html
"""

import re

_IDENTIFIER = re.compile(
    r"(?:^|arXiv:|/abs/|/pdf/)"
    r"(?P<id>\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>[1-9]\d{0,3}))?$",
    re.ASCII,
)
_ARCHIVE_CLASS = re.compile(r"\.[A-Z]{2}(?=/)")


def parse_identifier(raw: str) -> tuple[str, int | None]:
    """Return the id without version, and the version when there is one.

    Reads ``2411.01234v2``, ``arXiv:hep-th/9901001``, ``oai:arXiv.org:2411.01234v2`` and links to
    abstract pages; the class of an old id (``math.GT/0309136``) is dropped.

    Raises:
        ValueError: this is no arXiv identifier.
    """
    text = raw.strip().removeprefix("oai:arXiv.org:")
    match = _IDENTIFIER.search(text)
    if match is None:
        raise ValueError(f"{raw[:80]!r} is not an arXiv identifier")
    version = match["version"]
    return _ARCHIVE_CLASS.sub("", match["id"]), int(version) if version else None


def announced_order(paper_id: str) -> tuple[int, int]:
    """Return a key that sorts ids in the order in which arXiv gave them: month, then number."""
    if "/" in paper_id:
        digits = paper_id.rpartition("/")[2]
        month, number = digits[:4], digits[4:]
    else:
        month, _, number = paper_id.partition(".")
    year = int(month[:2])
    century = 1900 if year >= 91 else 2000
    return (century + year) * 100 + int(month[2:]), int(number)
