"""The first bot's rule, number for number."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsletter.model import AnnounceType, Paper, ReasonKind
from newsletter.ranking import RankingMethod, prepare
from subscribers.interests import Interests, Keyword
from tests.factories import make_interests, make_paper

SEED_SCORES = 90


def score_of(paper: Paper, interests: Interests) -> float:
    ranker = prepare(RankingMethod.SUBSTRING, [paper], wishes=[interests])
    (pair,) = ranker.rank(interests).top
    return pair[1].value


def test_a_substring_counts_one_and_a_half_in_the_title_and_one_elsewhere() -> None:
    paper = make_paper(title="Pruning the world", abstract="It is quick. Quick!")
    assert score_of(paper, make_interests("RL", "quick")) == 2.5


def test_a_keyword_that_is_twice_in_the_list_counts_twice() -> None:
    paper = make_paper(title="A framework", abstract="None.")
    assert score_of(paper, make_interests("framework", "Framework")) == 3.0


def test_only_the_first_paragraph_counts_and_it_follows_the_title() -> None:
    paper = make_paper(title="Kernel", abstract="Fusion here.\n\nCode: quick")
    interests = make_interests("kernel fusion", "quick")
    assert score_of(paper, interests) == 1.0


def test_text_is_read_as_arxiv_wrote_it() -> None:
    paper = make_paper(title="L³", title_tex="L$^3$", abstract="x", abstract_tex="x")
    assert score_of(paper, make_interests("l$^3$")) == 1.5


def test_excludes_are_substrings_too() -> None:
    interests = make_interests("pruning", exclude=("review",))
    paper = make_paper(title="Pruning by previewing")
    ranking = prepare(RankingMethod.SUBSTRING, [paper], wishes=[interests]).rank(interests)
    assert ranking.top == ()


def test_ties_go_by_category_and_then_by_id() -> None:
    new = AnnounceType.NEW
    papers = [
        make_paper(3, announced_in=(("cs.AI", new),), categories=("cs.AI",)),
        make_paper(1, announced_in=(("cs.LG", new),), categories=("cs.LG",)),
        make_paper(2, announced_in=(("cs.AI", new),), categories=("cs.AI",)),
    ]
    interests = make_interests("sparse", categories=("cs.AI", "cs.LG"))
    ranking = prepare(RankingMethod.SUBSTRING, papers, wishes=[interests]).rank(interests)
    assert [paper.id for paper, _ in ranking.top] == ["2611.00002", "2611.00003", "2611.00001"]


def test_reasons_name_the_keywords() -> None:
    interests = make_interests("sparse", "faster")
    ranker = prepare(RankingMethod.SUBSTRING, [make_paper()], wishes=[interests])
    reasons = ranker.rank(interests).top[0][1].reasons
    assert [(reason.kind, reason.term, reason.value) for reason in reasons] == [
        (ReasonKind.TITLE_KEYWORD, "sparse", 1.5),
        (ReasonKind.KEYWORD, "faster", 1.0),
    ]


def seed_documents(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the recorded papers by document."""
    documents: dict[str, list[dict[str, Any]]] = {}
    for line in (folder / "papers.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        documents.setdefault(record["file"], []).append(record)
    return documents


def seed_paper(record: dict[str, Any]) -> Paper:
    """Make the paper of a record; in it a paragraph starts on a new line with two blanks."""
    paragraphs = record["full_abstract_raw"].split("\n  ")
    day = date.fromisoformat(record["published"])
    return make_paper(
        id=record["arxiv_id"].partition("v")[0],
        title=record["title"],
        abstract="\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs),
        categories=tuple(record["categories_all"]),
        announced_in=((record["category"], AnnounceType.NEW),),
        announced_on=day,
        issue_on=day,
    )


@pytest.mark.data
def test_all_recorded_scores_and_ranks_are_reproduced(shared_data: Path) -> None:
    configs = json.loads((shared_data / "seed" / "configs.json").read_text(encoding="utf-8"))
    compared = 0
    for name, records in seed_documents(shared_data / "seed").items():
        config = configs[name]
        interests = Interests(
            categories=tuple(config["categories"]),
            keywords=tuple(Keyword(phrase=phrase) for phrase in config["keywords"]),
            exclude=tuple(config["exclude_keywords"]),
            announce_types=tuple(AnnounceType(kind) for kind in config["announce_types"]),
            max_papers=config["max_papers"],
        )
        papers = [seed_paper(record) for record in reversed(records)]
        ranking = prepare(RankingMethod.SUBSTRING, papers, wishes=[interests]).rank(interests)
        found = [(f"{paper.id}", score.value) for paper, score in ranking.top]
        recorded = [(r["arxiv_id"].partition("v")[0], r["score"]) for r in records]
        assert found == recorded
        compared += len(found)
    assert compared == SEED_SCORES
