"""The desk over several days: nothing twice, nothing missed, the same when run again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.errors import ThrottledError
from newsletter.model import AnnounceType, BatchState, Paper
from tests.factories import make_paper
from tests.unit.sources.desk import FRIDAY, THURSDAY, WEDNESDAY, Desk, papers

CROSS, REPLACE = AnnounceType.CROSS, AnnounceType.REPLACE
MONDAY = FRIDAY + timedelta(days=3)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.feed.tell("cs.LG", WEDNESDAY, papers("cs.LG", range(100, 120), WEDNESDAY))
    desk.feed.tell("cs.LG", THURSDAY, papers("cs.LG", range(200, 220), THURSDAY))
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", range(300, 320)))
    desk.search.tell("cs.LG", THURSDAY, papers("cs.LG", range(200, 220), THURSDAY))
    return desk


def run(desk: Desk, day: date, *categories: str) -> list[Paper]:
    collected = desk.collect_and_save(day, *(categories or ("cs.LG",)), now=morning(day))
    return list(collected.papers)


def test_a_cold_store_catches_nothing_up(desk: Desk) -> None:
    run(desk, FRIDAY)
    assert desk.search.asked == []


def test_a_missed_day_is_caught_up_and_its_papers_are_late(desk: Desk) -> None:
    run(desk, WEDNESDAY)
    found = run(desk, FRIDAY)
    late = [paper for paper in found if paper.late]
    assert {paper.announced_on for paper in late} == {THURSDAY}
    assert {paper.issue_on for paper in found} == {FRIDAY}
    assert (len(found), len(late)) == (40, 20)
    row = desk.store.batches["cs.LG", THURSDAY]
    assert (row.state, row.source, row.unseen) == (BatchState.FRESH, "search", 20)
    assert desk.search.asked == [("cs.LG", THURSDAY)]


def test_a_missed_day_that_nobody_tells_of_is_in_the_ledger_and_asked_again(desk: Desk) -> None:
    run(desk, WEDNESDAY)
    desk.search.refuse("cs.LG", THURSDAY, ThrottledError("wait"))
    found = run(desk, FRIDAY)
    assert not any(paper.late for paper in found)
    row = desk.store.batches["cs.LG", THURSDAY]
    assert row.state is BatchState.STALLED
    assert "missed on its day; wait" in row.detail


def test_catching_up_is_bounded(desk: Desk) -> None:
    run(desk, WEDNESDAY)
    later = date(2026, 12, 18)
    desk.feed.tell("cs.LG", later, papers("cs.LG", range(900, 920), later))
    desk.collect(later, "cs.LG", now=morning(later), catch_up_days=2)
    assert [str(day) for _, day in desk.search.asked] == ["2026-12-16", "2026-12-17"]
    desk.search.asked.clear()
    desk.collect(later, "cs.LG", now=morning(later), catch_up_days=0)
    assert desk.search.asked == []


def test_weekends_are_not_missed(desk: Desk) -> None:
    run(desk, FRIDAY)
    desk.feed.tell("cs.LG", MONDAY, papers("cs.LG", range(400, 420), MONDAY))
    run(desk, MONDAY)
    assert desk.search.asked == []


def test_a_category_that_is_new_to_us_starts_today(desk: Desk) -> None:
    run(desk, WEDNESDAY)
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", range(350, 360)))
    run(desk, FRIDAY, "cs.LG", "cs.AI")
    assert {category for category, _ in desk.search.asked} == {"cs.LG"}


def test_no_id_is_announced_twice(desk: Desk) -> None:
    first = run(desk, THURSDAY)
    again = papers("cs.LG", [200, 201], kind=CROSS)
    desk.feed.tell("cs.LG", FRIDAY, (*papers("cs.LG", range(300, 320)), *again))
    found = run(desk, FRIDAY)
    assert {paper.id for paper in found} & {paper.id for paper in first} == set()
    assert desk.store.papers["2611.00200"].issue_on == THURSDAY
    assert desk.store.batches["cs.LG", FRIDAY].unseen == 20


def test_running_again_for_the_same_day_gives_the_same(desk: Desk) -> None:
    run(desk, WEDNESDAY)
    first = run(desk, FRIDAY)
    before = dict(desk.store.papers)
    second = run(desk, FRIDAY)
    assert desk.store.papers == before
    assert {paper.id for paper in second} <= {paper.id for paper in first}
    assert desk.store.batches["cs.LG", FRIDAY].unseen == 20


def test_a_stronger_type_later_the_same_day_stands(desk: Desk) -> None:
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", [300], kind=CROSS))
    run(desk, FRIDAY, "cs.AI")
    assert desk.store.papers["2611.00300"].announce_type is CROSS
    run(desk, FRIDAY)
    upgraded = desk.store.papers["2611.00300"]
    assert upgraded.announce_type is AnnounceType.NEW
    assert dict(upgraded.announced_in) == {"cs.LG": AnnounceType.NEW, "cs.AI": CROSS}


def test_a_weaker_type_later_the_same_day_does_not(desk: Desk) -> None:
    run(desk, FRIDAY)
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", [300], kind=CROSS))
    run(desk, FRIDAY, "cs.AI")
    assert desk.store.papers["2611.00300"].announce_type is AnnounceType.NEW


def test_a_new_version_of_a_known_paper_is_announced_as_a_replacement(desk: Desk) -> None:
    run(desk, THURSDAY)
    replaced = papers("cs.LG", [200], kind=REPLACE, version=2)
    desk.feed.tell("cs.LG", FRIDAY, (*papers("cs.LG", range(300, 320)), *replaced))
    found = {paper.id: paper for paper in run(desk, FRIDAY)}
    assert found["2611.00200"].announce_type is REPLACE
    assert (found["2611.00200"].version, found["2611.00200"].issue_on) == (2, FRIDAY)


def test_a_replacement_that_is_no_new_version_is_not_announced(desk: Desk) -> None:
    run(desk, THURSDAY)
    same = papers("cs.LG", [200], kind=REPLACE, version=1)
    desk.feed.tell("cs.LG", FRIDAY, (*papers("cs.LG", range(300, 320)), *same))
    assert "2611.00200" not in {paper.id for paper in run(desk, FRIDAY)}
    assert desk.store.papers["2611.00200"].announce_type is AnnounceType.NEW


def test_a_replacement_of_an_unknown_paper_is_announced(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", [1], kind=REPLACE, version=9))
    assert [paper.version for paper in run(desk, FRIDAY)] == [9]


def test_fetching_a_day_past_leaves_later_issues_alone(desk: Desk) -> None:
    run(desk, FRIDAY)
    desk.search.tell("cs.LG", THURSDAY, papers("cs.LG", [300, 200], THURSDAY))
    collected = desk.collect(THURSDAY, "cs.LG", now=morning(FRIDAY))
    assert [paper.id for paper in collected.papers] == ["2611.00200"]


class Lookup:
    """A ``PaperLookup`` that knows some, and may refuse."""

    def __init__(self, *known: Paper, refuse_after: int = 99) -> None:
        self.known = {paper.id: paper for paper in known}
        self.asked: list[int] = []
        self.refuse_after = refuse_after

    def look_up(self, paper_ids: Sequence[str]) -> Mapping[str, Paper]:
        if len(self.asked) >= self.refuse_after:
            raise ThrottledError("wait")
        self.asked.append(len(paper_ids))
        return {one: self.known[one] for one in paper_ids if one in self.known}


def known(number: int) -> Paper:
    return make_paper(
        number,
        title="Another title",
        version=3,
        authors=("Clean Name",),
        categories=("cs.CL", "cs.LG"),
        comment="Accepted at ICML 2026. https://github.com/a/b",
        submitted_at=datetime(2026, 11, 18, tzinfo=UTC),
        announced_on=WEDNESDAY,
    )


def test_papers_are_completed_where_the_search_knows_more(desk: Desk) -> None:
    lookup = Lookup(known(300))
    collected = desk.collect_and_save(FRIDAY, "cs.LG", now=morning(FRIDAY), lookup=lookup)
    paper = next(paper for paper in collected.papers if paper.id == "2611.00300")
    assert (paper.authors, paper.acceptance) == (("Clean Name",), "ICML 2026")
    assert paper.code_url == "https://github.com/a/b"
    assert paper.categories == ("cs.LG", "cs.CL")
    assert (paper.version, paper.announced_on, paper.issue_on) == (1, FRIDAY, FRIDAY)
    assert paper.title != "Another title"
    again = desk.collect(FRIDAY, "cs.LG", now=morning(FRIDAY), lookup=lookup)
    assert next(p for p in again.papers if p.id == paper.id) == paper


def test_the_primary_of_a_cross_list_is_learnt(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", [300], kind=CROSS))
    lookup = Lookup(known(300))
    (paper,) = desk.collect(FRIDAY, "cs.LG", now=morning(FRIDAY), lookup=lookup).papers
    assert paper.categories == ("cs.CL", "cs.LG", "cs.XX")


def test_completing_goes_by_the_hundred_and_ends_at_the_first_refusal(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", range(1000, 1250)))
    lookup = Lookup(known(1000), known(1240), refuse_after=1)
    collected = desk.collect(FRIDAY, "cs.LG", now=morning(FRIDAY), lookup=lookup)
    completed = [paper.id for paper in collected.papers if paper.comment]
    assert (completed, lookup.asked) == (["2611.01000"], [100])
    assert len(collected.papers) == 250


def test_replays_and_replacements_are_not_completed(desk: Desk) -> None:
    lookup = Lookup()
    desk.collect(FRIDAY, "cs.LG", choice="feed", lookup=lookup)
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", [1], kind=REPLACE))
    desk.collect(FRIDAY, "cs.LG", now=morning(FRIDAY), lookup=lookup)
    assert lookup.asked == []


def test_what_was_completed_once_is_kept(desk: Desk) -> None:
    run(desk, FRIDAY)
    stored = desk.store.papers["2611.00300"]
    desk.store.papers[stored.id] = replace(stored, comment="kept", submitted_at=morning(FRIDAY))
    run(desk, FRIDAY)
    assert desk.store.papers[stored.id].comment == "kept"
