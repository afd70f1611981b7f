"""An announcement inside the package: invented papers over two days, to try everything offline.

The entries are written as arXiv writes them and take the same steps as real ones.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources
from itertools import chain
from typing import Any, ClassVar

from newsletter.errors import MalformedAnnouncementError
from newsletter.model import Announcement, AnnounceType, Paper, SetAside, SourceName
from newsletter.sources.entry import BadEntryError, RawEntry, make_paper

INVENTED = "Invented for the sample; not on arXiv"

_FILES = {
    date(2026, 11, 19): "sample_papers_1.toml",
    date(2026, 11, 20): "sample_papers_2.toml",
}

TomlEntry = Mapping[str, Any]


class SampleSource:
    """Announce the invented papers; every other day is empty.

    Attributes:
        categories: those it covers.
        days: its announcement days, oldest first.
        latest_on: the last of them.
    """

    categories: ClassVar[tuple[str, ...]] = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
    days: ClassVar[tuple[date, ...]] = tuple(_FILES)
    latest_on: ClassVar[date] = max(_FILES)

    def __init__(self) -> None:
        self._entries: dict[date, tuple[TomlEntry, ...]] = {}

    @property
    def name(self) -> SourceName:
        """Say which source this is."""
        return SourceName.SAMPLE

    def read(self, category: str, on: date) -> Announcement:
        """Read what the sample announces in ``category`` on ``on``.

        Raises:
            MalformedAnnouncementError: the sample does not cover the category.
        """
        if category not in self.categories:
            covered = ", ".join(self.categories)
            raise MalformedAnnouncementError(f"the sample has no {category}; it has {covered}")
        raw = [entry for entry in self._entries_on(on) if category in entry["announced"]]
        read = [_read_entry(entry, category, on) for entry in raw]
        return Announcement(
            category=category,
            on=on,
            source=self.name,
            papers=tuple(each for each in read if isinstance(each, Paper)),
            stated_on=on,
            stated_count=len(raw),
            set_aside=tuple(each for each in read if isinstance(each, SetAside)),
        )

    def _entries_on(self, on: date) -> tuple[TomlEntry, ...]:
        if on not in self._entries:
            self._entries[on] = _load(on)
        return self._entries[on]


def _load(on: date) -> tuple[TomlEntry, ...]:
    if on not in _FILES:
        return ()
    text = resources.files(__package__).joinpath(_FILES[on]).read_text(encoding="utf-8")
    document = tomllib.loads(text)
    names = document.get("names", {})
    return tuple(_with_generated_authors(entry, names) for entry in document["paper"])


def _with_generated_authors(entry: TomlEntry, names: Mapping[str, list[str]]) -> TomlEntry:
    count = entry.get("generated_authors", 0)
    if not count:
        return entry
    everyone = (f"{given} {family}" for family in names["family"] for given in names["given"])
    made = [name for name, _ in zip(everyone, range(count), strict=False)]
    return {**entry, "authors": ", ".join(chain([entry["authors"].strip()], made))}


def _read_entry(entry: TomlEntry, category: str, on: date) -> Paper | SetAside:
    note = entry["comment"].strip().rstrip(".")
    raw = RawEntry(
        identifier=f"{entry['id']}v{entry.get('version', 1)}",
        title=entry["title"],
        abstract=entry["abstract"],
        authors=entry["authors"],
        categories=tuple(entry["categories"]),
        primary=entry["categories"][0],
        announce_type=AnnounceType(entry["announced"][category]),
        comment=f"{note}. {INVENTED}.",
        journal_ref=entry.get("journal_ref"),
        doi=entry.get("doi"),
    )
    try:
        return make_paper(raw, category=category, on=on)
    except BadEntryError as error:
        return SetAside(entry=entry["id"], why=str(error))
