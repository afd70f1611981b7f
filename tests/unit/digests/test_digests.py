"""From a ranking to a digest."""

from newsletter.digests.assemble import assemble
from newsletter.digests.shortlist import pick
from newsletter.model import Delivery, Pick, Score
from newsletter.ranking import Ranking
from tests.factories import make_issue, make_paper, make_subscriber

PAPERS = {paper.id: paper for paper in (make_paper(1), make_paper(2), make_paper(3))}
BEST, SECOND, THIRD = PAPERS.values()


def picks() -> tuple[Pick, ...]:
    top = ((BEST, Score(value=3.0)), (SECOND, Score(value=2.0)), (THIRD, Score(value=1.0)))
    return pick(Ranking(top=top, matched=9))


def delivery(**fields: object) -> Delivery:
    values: dict[str, object] = {
        "id": "d1", "issue_id": "i", "subscriber_id": "s", "picks": picks(), "matched": 9,
    }  # fmt: skip
    return Delivery(**(values | fields))  # type: ignore[arg-type]  # fields by name


def test_picks_keep_order_version_and_score() -> None:
    assert [(one.paper_id, one.version, one.score.value) for one in picks()] == [
        (BEST.id, 1, 3.0), (SECOND.id, 1, 2.0), (THIRD.id, 1, 1.0),
    ]  # fmt: skip


def test_a_digest_shows_the_frozen_picks_by_rank() -> None:
    digest = assemble(make_issue(), delivery(), subscriber=make_subscriber(), papers=PAPERS)
    assert [(entry.rank, entry.paper) for entry in digest.entries] == [
        (1, BEST), (2, SECOND), (3, THIRD),
    ]  # fmt: skip
    assert (digest.matched, digest.omitted) == (9, 6)


def test_a_paper_that_vanished_is_left_out_and_the_ranks_close_up() -> None:
    left = {key: paper for key, paper in PAPERS.items() if paper is not SECOND}
    digest = assemble(make_issue(), delivery(), subscriber=make_subscriber(), papers=left)
    assert [(entry.rank, entry.paper) for entry in digest.entries] == [(1, BEST), (2, THIRD)]
    assert digest.omitted == 6


def test_a_newer_version_is_shown_as_it_stands() -> None:
    newer = {**PAPERS, BEST.id: make_paper(1, version=2, title="Newer")}
    digest = assemble(make_issue(), delivery(), subscriber=make_subscriber(), papers=newer)
    assert digest.entries[0].paper.title == "Newer"


def test_nothing_picked_is_an_empty_digest() -> None:
    empty = delivery(picks=(), matched=0)
    digest = assemble(make_issue(), empty, subscriber=make_subscriber(), papers=PAPERS)
    assert (digest.entries, digest.matched, digest.omitted) == ((), 0, 0)
