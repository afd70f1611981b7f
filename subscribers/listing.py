r"""Lists in one line of text: ``sparse attention; KV cache:0.5``, with ``;`` or ``|`` between.

These and a ``\`` inside an entry have a ``\`` before them. Commas may stand between entries too
where these have none of their own, as names of people do.
"""

import re
from collections.abc import Iterable

_ENTRY = re.compile(r"(?:\\.|[^;|\\]|\\$)+", re.DOTALL)
_ENTRY_OR_COMMA = re.compile(r"(?:\\.|[^;|,\\]|\\$)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_list(text: str, *, at_commas: bool = False) -> tuple[str, ...]:
    """Split at each ``;`` and ``|``; entries are trimmed, empty ones left out."""
    found = (_ENTRY_OR_COMMA if at_commas else _ENTRY).findall(text)
    entries = (_ESCAPED.sub(r"\1", entry.strip()) for entry in found)
    return tuple(entry for entry in entries if entry.strip())


def join_list(entries: Iterable[str], *, at_commas: bool = False) -> str:
    """Join so that ``split_list`` gives the same entries."""
    marks = r"([;|,\\])" if at_commas else r"([;|\\])"
    return "; ".join(re.sub(marks, r"\\\1", entry) for entry in entries)
