r"""Lists in one line of text: ``sparse attention; KV cache:0.5``, with ``;`` or ``|`` between.

These and a ``\`` inside an entry have a ``\`` before them.
"""

import re
from collections.abc import Iterable

_ENTRY = re.compile(r"(?:\\.|[^;|\\]|\\$)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_list(text: str) -> tuple[str, ...]:
    """Split at each ``;`` and ``|``; entries are trimmed, empty ones left out."""
    entries = (_ESCAPED.sub(r"\1", entry.strip()) for entry in _ENTRY.findall(text))
    return tuple(entry for entry in entries if entry.strip())


def join_list(entries: Iterable[str]) -> str:
    """Join so that ``split_list`` gives the same entries."""
    return "; ".join(re.sub(r"([;|\\])", r"\\\1", entry) for entry in entries)
