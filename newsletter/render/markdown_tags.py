"""Harmless HTML in Markdown, as models write it beside their tables: said in Markdown instead."""

import re
from typing import Final

_CODE_OR_TAG: Final = re.compile(
    r"(?P<code>```.*?(?:```|\Z)|`[^`\n]+`)"
    r"|<sub>(?P<sub>[^<>$\n]{1,30})</sub>|<sup>(?P<sup>[^<>$\n]{1,30})</sup>"
    r"|(?P<item><li>)"
    r"|</?(?:div|span|center|font|p|ul|ol|details|summary)(?:\s[^<>\n]{0,200})?>|</li>",
    re.DOTALL | re.IGNORECASE,
)


def tags_as_markdown(text: str) -> str:
    """Return Markdown without boxes and lists in HTML; indices become TeX. Code is not touched."""
    return _CODE_OR_TAG.sub(_as_markdown, text)


def _as_markdown(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["sub"]:
        return f"$_{{{found['sub']}}}$"
    if found["sup"]:
        return f"$^{{{found['sup']}}}$"
    return " • " if found["item"] else ""
