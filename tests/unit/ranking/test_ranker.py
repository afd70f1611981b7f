"""The rules above the score, for both methods."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import AnnounceType, Paper, Score, Signal
from newsletter.ranking import DayRanker, Obstacle, Ranking, RankingMethod, prepare
from subscribers.interests import Interests, Keyword
from tests.factories import make_interests, make_paper

METHODS = tuple(RankingMethod)
WORDS = ("sparse", "attention", "RL", "world", "kernel", "survey", "agents")
AUTHORS = ("Ada Example", "Ben Beispiel", "Eve Exemple")
CATEGORIES = ("cs.LG", "cs.CL", "cs.DC")
TYPES = tuple(AnnounceType)

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@st.composite
def day_papers(draw: st.DrawFn) -> list[Paper]:
    """Draw a small day."""
    papers = []
    for number in range(draw(st.integers(0, 12))):
        kind, category = draw(st.sampled_from(TYPES)), draw(st.sampled_from(CATEGORIES))
        papers.append(
            make_paper(
                number,
                title=draw(words),
                abstract=draw(words),
                authors=(draw(st.sampled_from(AUTHORS)),),
                categories=(category,),
                announce_type=kind,
                announced_in=((category, kind),),
                comment=draw(st.sampled_from([None, None, "withdrawn"])),
            )
        )
    return papers


wishes = st.builds(
    Interests,
    categories=st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple),
    keywords=st.lists(
        st.builds(
            Keyword, phrase=st.sampled_from(WORDS), weight=st.sampled_from([1.0, 1.0, 0.5, -0.7])
        ),
        max_size=5,
    ).map(tuple),
    exclude=st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
    authors=st.lists(st.sampled_from(AUTHORS), max_size=1).map(tuple),
    announce_types=st.lists(st.sampled_from(TYPES), min_size=1, unique=True).map(tuple),
    min_score=st.sampled_from([0.0, 0.0, 1.0, 2.0]),
    max_papers=st.integers(1, 5),
)
shown_ids = st.sets(st.integers(0, 12).map(lambda number: f"2611.{number:05d}"), max_size=4)
cases = given(st.sampled_from(METHODS), day_papers(), wishes, shown_ids)


def is_below(paper: Paper, score: Score, interests: Interests) -> bool:
    return not score.pinned and score.value < interests.min_score


def has_word(paper: Paper, word: str) -> bool:
    return word.casefold() in f"{paper.title} {paper.abstract}".casefold()


@settings(max_examples=150)
@cases
def test_rules_hold_whatever_the_score(
    method: RankingMethod, papers: list[Paper], interests: Interests, shown: set[str]
) -> None:
    ranking = prepare(method, papers, wishes=[interests]).rank(interests, shown=shown)
    assert len(ranking.top) <= interests.max_papers
    for paper, score in ranking.top:
        assert paper.id not in shown
        assert not paper.withdrawn
        assert paper.announce_type in interests.announce_types
        assert not interests.categories or set(paper.categories) & set(interests.categories)
        assert not any(has_word(paper, word) for word in interests.exclude if word != "RL")
        assert not is_below(paper, score, interests)
        assert score.pinned == bool(set(paper.authors) & set(interests.authors))


@settings(max_examples=150)
@cases
def test_scores_are_the_sums_of_their_reasons_and_never_increase(
    method: RankingMethod, papers: list[Paper], interests: Interests, shown: set[str]
) -> None:
    ranking = prepare(method, papers, wishes=[interests]).rank(interests, shown=shown, limit=0)
    keys = [(score.pinned, score.value) for _, score in ranking.top]
    assert keys == sorted(keys, reverse=True)
    for _, score in ranking.top:
        assert score.value == sum(score.parts.values())
        assert score.value == sum(reason.value for reason in score.reasons)
        sizes = [abs(reason.value) for reason in score.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert all(reason.value for reason in score.reasons)


@settings(max_examples=150)
@cases
def test_ranking_does_not_depend_on_the_order_of_papers_or_other_readers(
    method: RankingMethod, papers: list[Paper], interests: Interests, shown: set[str]
) -> None:
    others = [make_interests(word) for word in WORDS]
    one = prepare(method, papers, wishes=[interests]).rank(interests, shown=shown)
    other = prepare(method, papers[::-1], wishes=[*others, interests])
    assert other.rank(interests, shown=shown) == one


@settings(max_examples=150)
@cases
def test_explanations_agree_with_the_ranking(
    method: RankingMethod, papers: list[Paper], interests: Interests, shown: set[str]
) -> None:
    ranker = prepare(method, papers, wishes=[interests])
    picks = {paper.id: score for paper, score in ranker.rank(interests, shown=shown).top}
    for paper in papers:
        explanation = ranker.explain(interests, paper.id, shown=shown)
        assert (explanation.obstacle is None) == (paper.id in picks)
        if explanation.obstacle is None:
            assert explanation.score == picks[paper.id]
            assert list(picks)[(explanation.rank or 0) - 1] == paper.id


def titles(ranking: Ranking) -> list[str]:
    return [paper.title for paper, _ in ranking.top]


def three_papers() -> list[Paper]:
    return [
        make_paper(1, title="Sparse sparse attention", abstract="sparse", authors=("Ada Example",)),
        make_paper(2, title="Sparse", abstract="none", authors=("Ben Beispiel",)),
        make_paper(3, title="Other", abstract="none", authors=("Eve Exemple",)),
    ]


def ranker_for(method: RankingMethod, papers: Sequence[Paper], *wishes: Interests) -> DayRanker:
    return prepare(method, papers, wishes=wishes)


@pytest.mark.parametrize("method", METHODS)
def test_a_followed_author_goes_first_without_any_keyword(method: RankingMethod) -> None:
    interests = make_interests("sparse", authors=("Exemple, Eve",))
    ranking = ranker_for(method, three_papers(), interests).rank(interests)
    assert titles(ranking) == ["Other", "Sparse sparse attention", "Sparse"]
    assert ranking.top[0][1].pinned
    assert Signal.AUTHOR in ranking.top[0][1].parts


@pytest.mark.parametrize("method", METHODS)
def test_the_limit_cuts_what_is_shown_and_not_what_matched(method: RankingMethod) -> None:
    interests = make_interests("sparse", max_papers=1)
    ranker = ranker_for(method, three_papers(), interests)
    assert (len(ranker.rank(interests).top), ranker.rank(interests).matched) == (1, 2)
    assert len(ranker.rank(interests, limit=0).top) == 2
    assert len(ranker.rank(interests, limit=5).top) == 2


@pytest.mark.parametrize("method", METHODS)
def test_without_wishes_papers_come_by_category_and_newest_first(method: RankingMethod) -> None:
    new = AnnounceType.NEW
    papers = [
        make_paper(1, title="a", categories=("cs.LG",), announced_in=(("cs.LG", new),)),
        make_paper(2, title="b", categories=("cs.CL",), announced_in=(("cs.CL", new),)),
    ]
    interests = make_interests(categories=("cs.CL", "cs.LG"))
    ranking = ranker_for(method, papers, interests).rank(interests)
    assert (titles(ranking), ranking.matched) == (["b", "a"], 2)


@pytest.mark.parametrize("method", METHODS)
def test_a_phrase_nobody_prepared_is_an_error_that_names_it(method: RankingMethod) -> None:
    ranker = ranker_for(method, three_papers(), make_interests("sparse"))
    with pytest.raises(ValueError, match="'unheard of'"):
        ranker.rank(make_interests("unheard of"))
    with pytest.raises(ValueError, match="'also not'"):
        ranker.rank(make_interests("sparse", exclude=("also not",)))


@pytest.mark.parametrize(
    ("fields", "obstacle"),
    [
        ({"exclude": ("attention",)}, Obstacle.EXCLUDED),
        ({"categories": ("math.CO",)}, Obstacle.CATEGORY),
        ({"announce_types": (AnnounceType.CROSS,)}, Obstacle.ANNOUNCE_TYPE),
        ({"keywords": (Keyword(phrase="kernel"),)}, Obstacle.NO_MATCH),
        ({"min_score": 40.0}, Obstacle.MIN_SCORE),
        ({}, None),
    ],
)
def test_an_obstacle_is_named(fields: dict[str, object], obstacle: Obstacle | None) -> None:
    interests = make_interests("sparse", **fields)
    ranker = ranker_for(RankingMethod.BM25, three_papers(), interests)
    explanation = ranker.explain(interests, "2611.00001")
    assert explanation.obstacle is obstacle
    assert explanation.term == ("attention" if obstacle is Obstacle.EXCLUDED else None)


def test_other_obstacles_are_named_too() -> None:
    interests = make_interests("sparse", max_papers=1)
    papers = [*three_papers(), make_paper(4, title="Sparse", comment="Withdrawn by arXiv")]
    ranker = ranker_for(RankingMethod.BM25, papers, interests)
    assert ranker.explain(interests, "2611.99999").obstacle is Obstacle.UNKNOWN
    assert ranker.explain(interests, "2611.00004").obstacle is Obstacle.WITHDRAWN
    assert ranker.explain(interests, "2611.00002").obstacle is Obstacle.MAX_PAPERS
    late = ranker.explain(interests, "2611.00001", shown={"2611.00001"})
    assert late.obstacle is Obstacle.SHOWN
