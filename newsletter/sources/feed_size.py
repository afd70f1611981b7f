"""How long a feed can be: known to those who judge one, without what it takes to read one."""

from typing import Final

MAX_FEED_ENTRIES: Final = 2_000
"""More are cut off without a word, and replacements come first."""
