"""The archive on DynamoDB: days with papers, and papers of the last weeks by their words."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from newsletter.model import Paper
from newsletter.ports import ArchiveDay, Found
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.paper_keys import REVISION
from newsletter.stores.dynamodb.papers import DynamoPapers, paper_from_item

SEARCHED_DAYS: Final = 15
"""How many days with papers a search goes back: three weeks of announcements."""
MAX_FOUND: Final = 1_000
MAX_WORDS: Final = 12

_WORD: Final = re.compile(r"[^\W_]+")
_LAST_DAY: Final = "9999-12-31"
_MIN_STEM: Final = 3


class DynamoArchive:
    """``ports.Archive`` on the MAIN table."""

    def __init__(self, dynamo: Dynamo, table: str, papers: DynamoPapers) -> None:
        self._dynamo = dynamo
        self._table = table
        self._papers = papers

    def revision(self) -> str:
        """Return a text that is another one after each change of a paper."""
        item = self._dynamo.get(self._table, REVISION)
        return str(item["revision"]) if item else "0"

    def days(self, *, before: date | None = None, limit: int) -> tuple[ArchiveDay, ...]:
        """Return the days with papers, newest first, and how many each has."""
        last = (before - timedelta(days=1)).isoformat() if before else _LAST_DAY
        found = self._papers.days_between("", last, is_descending=True)
        return tuple(
            ArchiveDay(on=date.fromisoformat(item["sk"]), papers=item["papers"])
            for item in islice(found, limit)
        )

    def day_after(self, day: date) -> date | None:
        """Return the next day with papers."""
        first = (day + timedelta(days=1)).isoformat()
        item = next(self._papers.days_between(first, _LAST_DAY, page=2), None)
        return date.fromisoformat(item["sk"]) if item else None

    def search(self, text: str, *, offset: int = 0, limit: int) -> Found:
        """Find papers of the last 15 days that have any with all words of ``text``; newest first.

        There is no index of words on DynamoDB: the papers of those days are read and looked
        through, some seconds for a full arXiv. ``is_more`` also says that there are older days,
        which were not looked at. Words are compared without accents, capitals and plurals.
        """
        words = [_stem(word) for word in _words(text)[:MAX_WORDS]]
        if not words:
            return Found(papers=(), total=0, is_more=False)
        days = self.days(limit=SEARCHED_DAYS + 1)
        wanted = _Wanted(words[:-1], _words(text)[:MAX_WORDS][-1], words[-1])
        papers = (paper for day in days[:SEARCHED_DAYS] for paper in self._papers_of(day.on))
        found = list(islice(filter(wanted.are_in, papers), MAX_FOUND + 1))
        return Found(
            papers=tuple(found[:MAX_FOUND][offset : offset + limit]),
            total=min(len(found), MAX_FOUND),
            is_more=len(found) > MAX_FOUND or len(days) > SEARCHED_DAYS,
        )

    def _papers_of(self, day: date) -> Iterator[Paper]:
        items: Iterator[dict[str, Any]] = self._papers.papers_of(
            day.isoformat(), is_descending=True
        )
        return map(paper_from_item, items)


class _Wanted:
    """The words of a search; the last one may be the beginning of a longer one."""

    def __init__(self, words: Sequence[str], last: str, last_stem: str) -> None:
        self._words = frozenset(words)
        self._last = last
        self._last_stem = last_stem

    def are_in(self, paper: Paper) -> bool:
        """Tell whether all words are in title, authors or abstract."""
        text = _folded(f"{paper.title} {' '.join(paper.authors)} {paper.abstract}")
        if self._last_stem not in text or any(word not in text for word in self._words):
            return False
        words = _WORD.findall(text)
        stems = {_stem(word) for word in words}
        return self._words <= stems and (
            self._last_stem in stems or any(word.startswith(self._last) for word in words)
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    apart = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _stem(word: str) -> str:
    """Return a word without the ending of its plural."""
    if len(word) > _MIN_STEM and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
