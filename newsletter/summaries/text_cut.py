"""A paper's text in sections, and how it is cut to what a model may be sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from newsletter.summaries.tokens import CHARS_PER_TOKEN, count_tokens

_NOT_READ: Final = re.compile(
    r"^(?:[\dA-Z]{0,3}[.\s]*)?(?:references|bibliography|acknowledge?ments?|appendix|appendices|"
    r"supplementary|author contributions|funding|ethics statement|reproducibility)\b",
    re.IGNORECASE,
)
MIN_SECTION_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section; the one before the first heading has an empty ``heading``."""

    heading: str
    text: str


def written(sections: Sequence[Section]) -> str:
    """Write sections as one text with Markdown headings."""
    parts = (f"## {one.heading}\n{one.text}" if one.heading else one.text for one in sections)
    return "\n\n".join(parts)


def cut_to_tokens(sections: Sequence[Section], max_tokens: int) -> tuple[Section, ...]:
    """Return the sections that tell what was done, together about ``max_tokens`` long.

    References and appendices go first; then every section loses the same share, from its end,
    so that all that is left keeps its place.
    """
    told = [one for one in sections if not _NOT_READ.match(one.heading.strip())] or list(sections)
    told = _without_appendix(told)
    total = sum(count_tokens(one.text) for one in told)
    if total <= max_tokens:
        return tuple(told)
    return tuple(_cut(one, max_tokens / total) for one in told)[: _fitting(max_tokens)]


def _without_appendix(sections: list[Section]) -> list[Section]:
    for place, one in enumerate(sections):
        if place and re.match(r"^A(?:\.1)?[.\s]\s*\S", one.heading.strip()):
            return sections[:place]
    return sections


def _cut(section: Section, share: float) -> Section:
    limit = max(MIN_SECTION_CHARS, int(len(section.text) * share))
    if len(section.text) <= limit:
        return section
    kept = section.text[:limit]
    end = max(kept.rfind(". "), kept.rfind("。"), kept.rfind("\n"))
    return replace(section, text=kept[: end + 1] if end > limit // 2 else kept)


def _fitting(max_tokens: int) -> int:
    """Return how many sections of the least length fit."""
    return max(1, int(max_tokens * CHARS_PER_TOKEN / MIN_SECTION_CHARS))
