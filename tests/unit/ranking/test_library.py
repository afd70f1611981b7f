"""The library answers for anybody what a prepared ranker answers for the readers it knew."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import AnnounceType, Paper
from newsletter.ranking import RankingMethod, prepare
from newsletter.ranking.library import Library
from newsletter.ranking.phrases import parse_phrase
from newsletter.ranking.word_index import WordIndex, WordNumbers
from subscribers.interests import Interests, Keyword
from tests.factories import DAY, make_interests, make_paper

WORDS = ("sparse", "attention", "RAG", "rags", "fine-tuning", "finetuning", "KV cache", "注意")
PHRASES = ("sparse attention", "RAG", "fine tuning", "KV cache", "attention", "never", "注意", "—")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


def make_corpus(drawn: Sequence[tuple[str, str]], *, first: int = 1, on: date = DAY) -> list[Paper]:
    return [
        make_paper(first + n, title=title, abstract=abstract, issue_on=on, announced_on=on)
        for n, (title, abstract) in enumerate(drawn)
    ]


corpora = st.lists(st.tuples(texts, texts), min_size=1, max_size=25)
wishes = st.builds(
    make_interests,
    categories=st.sampled_from([(), ("cs.LG",), ("cs.DC", "cs.LG"), ("math.NT",)]),
    keywords=st.lists(
        st.builds(
            Keyword, phrase=st.sampled_from(PHRASES), weight=st.sampled_from([1.0, 0.5, -1.0])
        ),
        max_size=6,
    ).map(tuple),
    exclude=st.sampled_from([(), ("never",), ("RAG",)]),
    authors=st.sampled_from([(), ("Ada Example",)]),
)


@settings(max_examples=60, deadline=None)
@given(earlier=corpora, today=corpora, interests=wishes)
def test_it_ranks_as_a_prepared_ranker_does(
    earlier: list[tuple[str, str]], today: list[tuple[str, str]], interests: Interests
) -> None:
    history = make_corpus(earlier, first=1000, on=DAY - timedelta(days=1))[::-1]
    papers = make_corpus(today)
    prepared = prepare(RankingMethod.BM25, papers, wishes=[interests], history=history)
    found = Library(history).open_day(papers, DAY).rank(interests, limit=0)
    assert found == prepared.rank(interests, limit=0)


def test_a_day_of_long_ago_is_ranked_by_what_came_after_it() -> None:
    later = make_corpus([("sparse attention", "RAG")] * 3, first=50)
    past = DAY - timedelta(days=400)
    papers = make_corpus([("sparse attention", "one"), ("RAG", "two")], on=past)
    ranking = Library(later).open_day(papers, past).rank(make_interests("RAG"))
    assert [paper.id for paper, _ in ranking.top] == ["2611.00002"]


def test_papers_of_the_day_itself_and_after_are_no_history_of_it() -> None:
    library = Library(
        make_corpus([("RAG", "x")] * 4) + make_corpus([("RAG", "y")], on=DAY - timedelta(days=1))
    )
    alone = Library(make_corpus([("RAG", "y")], on=DAY - timedelta(days=1)))
    papers, wish = make_corpus([("RAG", "z"), ("other", "RAG RAG")]), make_interests("RAG")
    assert library.open_day(papers, DAY).rank(wish) == alone.open_day(papers, DAY).rank(wish)


def test_keywords_are_counted_in_the_reader_s_categories_and_days() -> None:
    def some(n: int, days_ago: int, **fields: object) -> Paper:
        on = DAY - timedelta(days=days_ago)
        return make_paper(n, title="sparse attention", abstract="", issue_on=on, **fields)

    elsewhere = {"categories": ("math.NT",), "announced_in": (("math.NT", AnnounceType.NEW),)}
    earlier = [some(2, 1), some(3, 2, **elsewhere), some(4, 29), some(5, 30)]
    day = Library(earlier).open_day([some(1, 0)], DAY)
    counts = day.count_keywords(make_interests("sparse attention", "RAG"), days=30)
    assert counts.papers == 3
    assert counts.first_on == DAY - timedelta(days=29)
    assert [number for _, number in counts.found] == [3, 0]


def test_a_day_without_earlier_papers_counts_its_own() -> None:
    counts = (
        Library([]).open_day([make_paper()], DAY).count_keywords(make_interests("sparse"), days=30)
    )
    assert (counts.papers, counts.first_on, counts.found[0][1]) == (1, DAY, 1)


def test_an_empty_day_ranks_nothing() -> None:
    assert Library([]).open_day([], DAY).rank(make_interests("RAG")).top == ()


def test_a_phrase_does_not_reach_from_the_title_into_the_abstract() -> None:
    words = WordNumbers()
    index = WordIndex([make_paper(title="sparse", abstract="attention")], words)
    assert len(index.find(parse_phrase("sparse attention")).papers) == 0


def test_asking_for_unknown_words_remembers_nothing() -> None:
    words = WordNumbers()
    index = WordIndex([make_paper()], words)
    assert len(index.find(parse_phrase("never heard")).papers) == 0
    assert words.find("never") is None


@pytest.mark.parametrize(("text", "count"), [("RAG", 1), ("rag", 2)])
def test_acronyms_are_told_from_words(text: str, count: int) -> None:
    papers = [make_paper(1, title="RAG", abstract=""), make_paper(2, title="a rag", abstract="")]
    index = WordIndex(papers, WordNumbers())
    assert len(index.find(parse_phrase(text)).papers) == count
