"""The patterns of ``patterns.toml``, compiled once."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("patterns.toml")

Patterns = Mapping[str, re.Pattern[str]]
"""Name → one pattern that finds any of its kind."""


@cache
def load_patterns(group: str) -> Patterns:
    """Return one group of patterns by name, in the file's order."""
    data: dict[str, dict[str, list[str]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _any_of(patterns) for name, patterns in data[group].items()}


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
