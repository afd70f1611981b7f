"""The rule of the bot this project grows out of, kept exactly: ``ranking.method = "substring"``.

A keyword counts 1.0 where it is a substring of the title and the abstract's first paragraph,
in lower case and as arXiv wrote them, and 0.5 more where it is one of the title. No counts, no
word boundaries; a keyword that is twice in the list counts twice. Ties go by the order of the
reader's categories, then by id.
"""

from collections.abc import Iterable, Mapping, Sequence

import ahocorasick
import numpy as np

from newsletter.model import Paper
from newsletter.ranking.phrases import phrases_of
from newsletter.ranking.ranker import SignalWeights, TableRanker
from newsletter.ranking.table import PhraseTable
from subscribers.interests import Interests

TEXT_VALUE = 1.0
TITLE_VALUE = 0.5
SIGNAL_WEIGHTS = SignalWeights(category=0.0, author=1.0, repeated_keywords=True)


def prepare_substring(papers: Sequence[Paper], *, wishes: Iterable[Interests]) -> TableRanker:
    """Look for every phrase of every reader."""
    ordered = sorted(papers, key=lambda paper: paper.id)
    phrases = phrases_of(wishes)
    numbers: dict[str, int] = {}
    for phrase in phrases:
        numbers.setdefault(phrase.lower(), len(numbers))
    table = PhraseTable(
        {phrase: numbers[phrase.lower()] for phrase in phrases},
        phrases=len(numbers),
        papers=len(ordered),
    )
    _fill(table, ordered, numbers)
    return TableRanker(ordered, table, weights=SIGNAL_WEIGHTS)


def _fill(table: PhraseTable, papers: Sequence[Paper], numbers: Mapping[str, int]) -> None:
    automaton = _build(numbers)
    rows = [row for place, paper in enumerate(papers) for row in _find(automaton, place, paper)]
    titled = np.array([in_title for _, _, in_title in rows], dtype=np.bool_)
    table.fill(
        phrases=np.array([number for number, _, _ in rows], dtype=np.int32),
        papers=np.array([place for _, place, _ in rows], dtype=np.int32),
        values=np.where(titled, TEXT_VALUE + TITLE_VALUE, TEXT_VALUE),
        titled=titled,
        topics={},
    )


def _find(
    automaton: ahocorasick.Automaton, place: int, paper: Paper
) -> list[tuple[int, int, bool]]:
    """Return each phrase in one paper: number, the paper's place, whether in the title."""
    title = paper.title_tex.lower()
    first_paragraph = paper.abstract_tex.split("\n\n", 1)[0].lower()
    in_title = _numbers_in(automaton, title)
    found = _numbers_in(automaton, f"{title} {first_paragraph}")
    return [(number, place, number in in_title) for number in sorted(found)]


def _build(numbers: Mapping[str, int]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for phrase, number in numbers.items():
        automaton.add_word(phrase, number)
    automaton.make_automaton()
    return automaton


def _numbers_in(automaton: ahocorasick.Automaton, text: str) -> set[int]:
    return {number for _, number in automaton.iter(text)} if len(automaton) else set()
