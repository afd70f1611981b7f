"""The table of all settings, read off the models: ``python -m tests.settings_page`` writes it."""

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from newsletter.config.descriptions import descriptions
from newsletter.config.interests import HOUSE_KEYWORDS
from newsletter.config.keys import Key, known_keys
from newsletter.config.settings import Settings
from subscribers.interests import Keyword

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
START, END = "<!-- made from newsletter/config -->", "<!-- end of what is made -->"


def tables() -> str:
    """Return a Markdown table for each section."""
    settings = Settings()
    lines: list[str] = []
    section = ""
    told = descriptions()
    for dotted, key in known_keys().items():
        if key.section != section:
            section = key.section
            lines += ["", f"### `[{section}]`", "", "| Key | Default | Meaning |", "|---|---|---|"]
        lines.append(f"| `{key.name}` | {_default(settings, key)} | {_cell(told[dotted])} |")
    return "\n".join([START, *lines, "", END])


def _default(settings: Settings, key: Key) -> str:
    if key.dotted == "store.data_dir":
        return "the user's data folder"
    if key.is_secret:
        return "none"
    value = getattr(getattr(settings, key.section), key.attribute)
    if value == HOUSE_KEYWORDS:
        return _cell(", ".join(_texts(HOUSE_KEYWORDS)))
    return f"`{_toml(value)}`"


def _texts(keywords: tuple[Keyword, ...]) -> Iterator[str]:
    for keyword in keywords:
        yield (
            f"`{keyword.phrase}:{keyword.weight:g}`"
            if keyword.weight != 1
            else (f"`{keyword.phrase}`")
        )


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Enum):
        return json.dumps(value.value)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def page() -> str:
    """Return the page with its tables made anew; the text around them stays."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return before + tables() + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
