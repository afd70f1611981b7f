"""The default rule."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Paper, ReasonKind, Signal
from newsletter.ranking import Ranking, RankingMethod, prepare
from newsletter.ranking.arrays import STEPS
from newsletter.ranking.bm25 import Bm25Corpus, Bm25Parameters, prepare_bm25
from newsletter.ranking.phrases import parse_phrase
from newsletter.ranking.words import fold_word, split_words
from subscribers.interests import Interests, Keyword
from tests.factories import make_interests, make_paper

WORDS = ("RL", "world", "agents", "agent", "sparse", "attention", "LLM", "kernel")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)


def rank(papers: Sequence[Paper], interests: Interests, history: Sequence[Paper] = ()) -> Ranking:
    ranker = prepare(RankingMethod.BM25, papers, wishes=[interests], history=history)
    return ranker.rank(interests, limit=0)


def score_slowly(paper: Paper, phrase: str, corpus: Sequence[Paper]) -> float:
    """Work out BM25F for one keyword as the formula has it."""
    p = Bm25Parameters()
    with_phrase = sum(count(q.title, phrase) + count(q.abstract, phrase) > 0 for q in corpus)
    rest = len(corpus) - with_phrase
    rarity = max(1.0, math.log(1 + (rest + 0.5) / (with_phrase + 0.5)))
    mean_title = sum(len(split_words(q.title)) for q in corpus) / len(corpus)
    mean_abstract = sum(len(split_words(q.abstract)) for q in corpus) / len(corpus)
    title = 1 - p.title_norm + p.title_norm * len(split_words(paper.title)) / mean_title
    length = len(split_words(paper.abstract)) / mean_abstract
    abstract = 1 - p.abstract_norm + p.abstract_norm * length
    frequency = p.title_boost * count(paper.title, phrase) / title
    frequency += count(paper.abstract, phrase) / abstract
    return rarity * frequency / (frequency + p.saturation)


def count(text: str, phrase: str) -> int:
    """Count a phrase at every place; this alphabet has no other acronyms than RL and LLM."""
    words, wanted = [fold_word(token) for token in split_words(text)], parse_phrase(phrase)
    size = len(wanted.words)
    return sum(
        tuple(word.folded for word in words[start : start + size]) == wanted.words
        for start in range(len(words) - size + 1)
    )


@settings(max_examples=50)
@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=6),
    st.lists(phrases, min_size=1, max_size=5, unique_by=parse_phrase),
)
def test_scores_are_those_of_the_formula(pairs: list[tuple[str, str]], wanted: list[str]) -> None:
    papers = [make_paper(n, title=t, abstract=a) for n, (t, a) in enumerate(pairs)]
    interests = make_interests(*wanted, categories=())
    found = {paper.id: score.value for paper, score in rank(papers, interests).top}
    for paper in papers:
        slow = [score_slowly(paper, phrase, papers) for phrase in wanted]
        expected = sum(max(1, round(value * STEPS)) / STEPS for value in slow if value)
        assert found.get(paper.id, 0.0) == pytest.approx(expected, abs=len(wanted) / STEPS)


def test_a_title_says_more_than_an_abstract() -> None:
    papers = [
        make_paper(1, title="On things", abstract="We study sparse attention once."),
        make_paper(2, title="Sparse attention", abstract="We study things, and just once."),
    ]
    assert [paper.id for paper, _ in rank(papers, make_interests("sparse attention")).top] == [
        "2611.00002",
        "2611.00001",
    ]


def test_a_rare_keyword_says_more_than_a_usual_one() -> None:
    history = [make_paper(n, title="Usual thing", abstract="Usual.") for n in range(100, 200)]
    papers = [make_paper(1, title="usual"), make_paper(2, title="rare")]
    ranking = rank(papers, make_interests("usual", "rare"), history)
    assert [paper.title for paper, _ in ranking.top] == ["rare", "usual"]


def test_rl_is_not_found_in_world() -> None:
    papers = [make_paper(1, title="Early world models", abstract="Clearly.")]
    assert rank(papers, make_interests("RL")).top == ()


def test_a_keyword_counts_once_however_it_is_spelled() -> None:
    paper = make_paper(1, title="LLM agents")
    once = rank([paper], make_interests("LLM agent"))
    twice = rank([paper], make_interests("LLM agent", "LLM-agents"))
    assert once.top == twice.top


def test_excludes_are_whole_words() -> None:
    interests = make_interests("pruning", exclude=("review",))
    papers = [
        make_paper(1, title="Pruning by previewing"),
        make_paper(2, title="Pruning: a review"),
        make_paper(3, title="Pruning peer reviews"),
    ]
    assert [paper.id for paper, _ in rank(papers, interests).top] == ["2611.00001"]


def test_a_mute_lowers_the_score_and_says_so() -> None:
    paper = make_paper(1, title="Sparse attention for video")
    keywords = (Keyword(phrase="sparse attention"), Keyword(phrase="video", weight=-0.5))
    plain = rank([paper], make_interests("sparse attention")).top[0][1]
    muted = rank([paper], make_interests(keywords=keywords)).top[0][1]
    assert muted.value < plain.value
    assert [reason.term for reason in muted.reasons if reason.kind is ReasonKind.MUTED] == ["video"]


def test_a_mute_stronger_than_the_match_leaves_the_paper_out() -> None:
    paper = make_paper(1, title="Sparse attention for video")
    keywords = (Keyword(phrase="sparse attention", weight=0.5), Keyword(phrase="video", weight=-1))
    assert rank([paper], make_interests(keywords=keywords)).top == ()


def test_a_smaller_weight_counts_less() -> None:
    paper = make_paper(1)
    light = make_interests(keywords=(Keyword(phrase="attention", weight=0.25),))
    heavy = make_interests("attention")
    values = [rank([paper], one).top[0][1].parts[Signal.TEXT] for one in (light, heavy)]
    assert values[0] == pytest.approx(values[1] / 4, abs=1 / STEPS)


def cache_history() -> list[Paper]:
    """Make earlier papers: caches go with eviction, gardens with roses, stars with light."""
    abstracts = {
        "Cache": "We learn eviction for tokens.",
        "Garden": "We learn soil and water for roses.",
        "Star": "We learn light and dust for telescopes.",
        "Bridge": "We learn steel and load for cables.",
    }
    return [
        make_paper(100 * place + n, title=f"{topic} study {n}", abstract=abstract)
        for place, (topic, abstract) in enumerate(abstracts.items(), start=1)
        for n in range(20)
    ]


def test_of_two_papers_with_a_keyword_the_one_like_earlier_ones_goes_first() -> None:
    papers = [
        make_paper(1, title="On roses", abstract="A cache of water in soil for roses."),
        make_paper(2, title="On tokens", abstract="A cache of quick eviction rules for tokens."),
    ]
    interests = make_interests("cache")
    assert [p.id for p, _ in rank(papers, interests).top] == ["2611.00001", "2611.00002"]
    ranking = rank(papers, interests, cache_history())
    assert [p.id for p, _ in ranking.top] == ["2611.00002", "2611.00001"]
    assert [reason.term for reason in ranking.top[0][1].reasons] == ["cache", "cs.LG"]


def test_likeness_alone_does_not_choose_a_paper() -> None:
    papers = [make_paper(1, title="On tokens", abstract="Rules of eviction for tokens.")]
    assert rank(papers, make_interests("cache"), cache_history()).matched == 0


def test_a_paper_of_the_day_in_the_history_does_not_count_twice() -> None:
    papers = [make_paper(n, title="Sparse things" if n % 3 else "Dense") for n in range(1, 9)]
    interests = make_interests("sparse", "dense")
    assert rank(papers, interests, papers).top == rank(papers, interests).top


def test_one_corpus_ranks_day_after_day() -> None:
    days = [[make_paper(100 * day + n, title=f"Sparse {n}") for n in range(5)] for day in range(3)]
    interests = make_interests("sparse")
    corpus = Bm25Corpus(["sparse"])
    ranked = [corpus.rank_papers(papers).rank(interests).matched for papers in days]
    assert ranked == [5, 5, 5]


def test_history_is_read_once_and_in_any_order() -> None:
    history = cache_history()
    papers = [make_paper(1, title="A cache"), make_paper(2, title="Roses in a cache")]
    interests = make_interests("cache")
    one = prepare_bm25(papers, wishes=iter([interests]), history=iter(history))
    other = prepare_bm25(papers, wishes=[interests], history=history[::-1])
    assert [p.id for p, _ in one.rank(interests).top] == [
        p.id for p, _ in other.rank(interests).top
    ]


@pytest.mark.parametrize("title", ["", "…", "<b>{{ 7*7 }}</b> 中文 > 3x \u202eאבג", "0"])
def test_odd_titles_are_read(title: str) -> None:
    papers = [make_paper(1, title=title, abstract=""), make_paper(2)]
    assert rank(papers, make_interests("attention"), cache_history()).matched == 1


def test_a_day_without_papers_has_an_empty_ranking() -> None:
    assert rank([], make_interests("attention"), cache_history()) == Ranking(top=(), matched=0)
