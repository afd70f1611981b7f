"""What is kept of the words that come with events: never a text, which could hold anything."""

import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def kept_word(text: str | None) -> str | None:
    """Return a word of the provider's; ``other`` for a text."""
    if text is None:
        return None
    return text if _WORD.fullmatch(text) else "other"
