"""The rule of the bot this project grows out of, kept exactly: ``ranking.method = "substring"``.

A keyword counts 1.0 where it is a substring of the title and the abstract's first paragraph,
in lower case and as arXiv wrote them, and 0.5 more where it is one of the title. No counts, no
word boundaries; a keyword that is twice in the list counts twice. Ties go by the order of the
reader's categories, then by id.
"""

from collections.abc import Iterable, Sequence

import ahocorasick

from newsletter.model import Paper
from newsletter.ranking.context import ContextTable
from newsletter.ranking.phrases import phrases_of
from newsletter.ranking.postings import PhraseTable, Postings, make_postings
from newsletter.ranking.ranker import IndexRanker, SignalWeights
from subscribers.interests import Interests

TEXT_VALUE = 1.0
TITLE_VALUE = 0.5
_WEIGHTS = SignalWeights(category=0.0, author=1.0, repeated_keywords=True)


def prepare_substring(papers: Sequence[Paper], wishes: Iterable[Interests]) -> IndexRanker:
    """Look for every phrase of every reader."""
    ordered = sorted(papers, key=lambda paper: paper.id)
    phrases = phrases_of(wishes)
    lowered = dict.fromkeys(phrase.lower() for phrase in phrases)
    places = {phrase: place for place, phrase in enumerate(lowered)}
    table = PhraseTable(
        numbers={phrase: places[phrase.lower()] for phrase in phrases},
        postings=_find_all(ordered, places),
        context=ContextTable({}, phrases=len(places), papers=len(ordered)),
    )
    return IndexRanker(ordered, table, weights=_WEIGHTS)


def _find_all(papers: Sequence[Paper], places: dict[str, int]) -> list[Postings]:
    automaton = ahocorasick.Automaton()
    for phrase, place in places.items():
        automaton.add_word(phrase, place)
    automaton.make_automaton()
    found: list[list[int]] = [[] for _ in places]
    titled: list[list[bool]] = [[] for _ in places]
    for position, paper in enumerate(papers):
        title = paper.title_tex.lower()
        text = f"{title} {paper.abstract_tex.split(chr(10) * 2, 1)[0].lower()}"
        in_title = _places_in(automaton, title)
        for place in _places_in(automaton, text):
            found[place].append(position)
            titled[place].append(place in in_title)
    return [
        make_postings(positions, [TEXT_VALUE + TITLE_VALUE * flag for flag in flags], flags)
        for positions, flags in zip(found, titled, strict=True)
    ]


def _places_in(automaton: ahocorasick.Automaton, text: str) -> set[int]:
    return {place for _, place in automaton.iter(text)} if len(automaton) else set()
