"""The completeness desk: what is read, repaired and said of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from newsletter.errors import (
    MalformedAnnouncementError,
    SourceError,
    SourceUnavailableError,
    ThrottledError,
)
from newsletter.model import AnnounceType, Batch, BatchState, SetAside
from newsletter.sources.collect import Collected
from newsletter.sources.feed_size import MAX_FEED_ENTRIES
from tests.unit.sources.desk import FRIDAY, SATURDAY, THURSDAY, Desk, papers

FRESH, WAITING, QUIET = BatchState.FRESH, BatchState.WAITING, BatchState.QUIET
STALLED, FAILED = BatchState.STALLED, BatchState.FAILED
DOWN = SourceUnavailableError("nobody there")
TODAY, IN_AI, YESTERDAY = range(500, 580, 2), range(511, 551, 2), range(100, 140)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY))
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", IN_AI))
    return desk


def row(collected: Collected, category: str = "cs.LG") -> Batch:
    (found,) = [b for b in collected.batches if (b.category, b.announced_on) == (category, FRIDAY)]
    return found


def ids(collected: Collected) -> set[int]:
    return {int(paper.id[-5:]) for paper in collected.papers}


def test_fresh_feeds_are_all_that_is_asked(desk: Desk) -> None:
    collected = desk.collect()
    assert {row(collected, name).state for name in ("cs.LG", "cs.AI")} == {FRESH}
    assert ids(collected) == {*TODAY, *IN_AI}
    assert desk.listing.asked == desk.search.asked == []
    assert desk.progress == ["cs.LG from the feed", "cs.AI from the feed"]
    assert (row(collected).fetched, row(collected).unseen) == (40, 40)


def test_a_stale_feed_is_repaired_and_its_own_papers_are_late(desk: Desk) -> None:
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", YESTERDAY))
    desk.listing.tell("cs.AI", FRIDAY, papers("cs.AI", IN_AI), stated_on=FRIDAY)
    collected = desk.collect()
    found = row(collected, "cs.AI")
    assert (found.state, found.source) == (FRESH, "listing")
    assert "stale" in found.detail
    assert "repaired from the listing" in found.detail
    late = {paper.id: paper for paper in collected.papers if paper.late}
    assert {int(one[-5:]) for one in late} == set(YESTERDAY)
    assert {(p.announced_on, p.issue_on) for p in late.values()} == {(THURSDAY, FRIDAY)}


def test_a_stale_feed_that_nobody_repairs_is_stalled_and_still_not_lost(desk: Desk) -> None:
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", YESTERDAY))
    desk.listing.refuse("cs.AI", FRIDAY, ThrottledError("asks us to wait"))
    desk.search.tell("cs.AI", FRIDAY)
    collected = desk.collect()
    found = row(collected, "cs.AI")
    assert (found.state, found.source, found.fetched) == (STALLED, None, 0)
    assert "asks us to wait" in found.detail
    assert "the search has nothing complete" in found.detail
    assert set(YESTERDAY) <= ids(collected)


def test_papers_of_a_stale_feed_that_were_announced_to_us_are_not_again(desk: Desk) -> None:
    desk.feed.tell("cs.AI", THURSDAY, papers("cs.AI", YESTERDAY))
    desk.feed.tell("cs.LG", THURSDAY, papers("cs.LG", [200]))
    desk.collect_and_save(THURSDAY, now=datetime(2026, 11, 19, 6, tzinfo=UTC))
    desk.feed.tell("cs.AI", FRIDAY, papers("cs.AI", YESTERDAY))
    collected = desk.collect()
    assert row(collected, "cs.AI").state is STALLED
    assert "40 of its 40 new papers were known" in row(collected, "cs.AI").detail
    assert ids(collected) == set(TODAY)


@pytest.mark.parametrize("error", [DOWN, ThrottledError("wait"), MalformedAnnouncementError("?")])
def test_a_category_that_fails_does_not_stop_the_others(desk: Desk, error: SourceError) -> None:
    desk.feed.refuse("cs.LG", FRIDAY, error)
    collected = desk.collect()
    assert (row(collected).state, row(collected, "cs.AI").state) == (FAILED, FRESH)
    assert str(error) in row(collected).detail
    assert ids(collected) == set(IN_AI)


def test_a_failed_category_is_repaired_by_search_when_the_listing_is_of_another_day(
    desk: Desk,
) -> None:
    desk.feed.refuse("cs.LG", FRIDAY, DOWN)
    desk.listing.tell("cs.LG", FRIDAY, papers("cs.LG", [1]), stated_on=THURSDAY, stated_count=1)
    desk.search.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY), stated_count=40)
    collected = desk.collect()
    assert (row(collected).state, row(collected).source, row(collected).expected) == (
        FRESH,
        "search",
        40,
    )
    assert 1 not in ids(collected)


def test_all_failing_is_an_error_and_nothing_else(desk: Desk) -> None:
    for source in (desk.feed, desk.listing, desk.search):
        for category in ("cs.LG", "cs.AI"):
            source.refuse(category, FRIDAY, ThrottledError("wait", retry_after_s=600))
    with pytest.raises(SourceUnavailableError, match=r"cs\.LG, cs\.AI") as caught:
        desk.collect()
    assert caught.value.retry_after_s == 600
    assert caught.value.exit_code == 69


def test_a_source_that_does_not_answer_twice_is_left_alone(desk: Desk) -> None:
    names = ("cs.LG", "cs.AI", "cs.CL", "cs.DC")
    for category in names:
        desk.feed.refuse(category, FRIDAY, DOWN)
        desk.listing.refuse(category, FRIDAY, DOWN)
        desk.search.tell(category, FRIDAY, papers(category, TODAY))
    collected = desk.collect(FRIDAY, *names)
    assert [len(source.asked) for source in (desk.feed, desk.listing, desk.search)] == [2, 2, 4]
    assert {batch.state for batch in collected.batches} == {FRESH}


def test_an_empty_feed_on_an_announcement_day_waits_and_the_listing_fills_in(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY)
    assert row(desk.collect()).state is WAITING
    desk.listing.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY), stated_on=FRIDAY, stated_count=40)
    assert row(desk.collect()).state is FRESH


def test_a_listing_of_the_day_without_entries_settles_that_it_is_quiet(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY)
    desk.listing.tell("cs.LG", FRIDAY, stated_on=FRIDAY, stated_count=0)
    assert row(desk.collect()).state is QUIET
    assert desk.search.asked == []


def test_nobody_is_asked_on_a_weekend(desk: Desk) -> None:
    collected = desk.collect(SATURDAY, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert {batch.state for batch in collected.batches} == {QUIET}
    assert desk.feed.asked == []


def test_an_empty_feed_on_a_weekend_is_quiet(desk: Desk) -> None:
    collected = desk.collect(SATURDAY, choice="feed")
    assert {batch.state for batch in collected.batches} == {QUIET}
    assert desk.listing.asked == []


def test_a_day_that_is_still_to_come_waits(desk: Desk) -> None:
    collected = desk.collect(FRIDAY, now=datetime(2026, 11, 20, 4, 59, tzinfo=UTC))
    assert {batch.state for batch in collected.batches} == {WAITING}
    assert desk.feed.asked == []


def test_the_day_after_a_holiday_is_read_and_quiet_when_empty(desk: Desk) -> None:
    after = datetime(2026, 11, 27, 12, tzinfo=UTC)
    collected = desk.collect(after.date(), now=after)
    assert {batch.state for batch in collected.batches} == {QUIET}
    assert len(desk.feed.asked) == 2


def test_a_feed_full_to_the_brim_is_joined_with_the_listing(desk: Desk) -> None:
    full = papers("cs.LG", range(1000, 1000 + MAX_FEED_ENTRIES), kind=AnnounceType.REPLACE)
    desk.feed.tell("cs.LG", FRIDAY, full)
    stalled = row(desk.collect())
    assert (stalled.state, stalled.fetched) == (STALLED, MAX_FEED_ENTRIES)
    assert "over-full" in stalled.detail
    desk.listing.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY), stated_on=FRIDAY, stated_count=40)
    repaired = desk.collect()
    assert row(repaired).state is FRESH
    assert set(TODAY) <= ids(repaired)
    assert len(ids(repaired)) == MAX_FEED_ENTRIES + 60


def test_a_listing_with_less_than_it_states_does_not_count(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY)
    desk.listing.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY), stated_on=FRIDAY, stated_count=99)
    assert row(desk.collect()).state is WAITING


def test_entries_set_aside_are_in_the_ledger(desk: Desk) -> None:
    bad = (SetAside(entry="2611.00009", why="it has no title"),)
    desk.feed.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY), set_aside=bad)
    assert (row(desk.collect()).state, row(desk.collect()).set_aside) == (FRESH, bad)


def test_nothing_but_bad_entries_is_a_failure(desk: Desk) -> None:
    desk.feed.tell("cs.LG", FRIDAY, set_aside=(SetAside(entry="x", why="y"),))
    assert row(desk.collect()).state is FAILED


def test_a_day_past_is_asked_of_listing_and_search_only(desk: Desk) -> None:
    desk.listing.tell("cs.LG", THURSDAY, papers("cs.LG", TODAY), stated_on=FRIDAY)
    desk.search.tell("cs.LG", THURSDAY, papers("cs.LG", YESTERDAY))
    collected = desk.collect(THURSDAY, "cs.LG")
    assert desk.feed.asked == []
    assert ids(collected) == set(YESTERDAY)
    assert not any(paper.late for paper in collected.papers)


def test_the_feed_can_be_read_as_if_it_were_a_day_past(desk: Desk) -> None:
    desk.feed.tell("cs.LG", THURSDAY, papers("cs.LG", YESTERDAY))
    collected = desk.collect(THURSDAY, "cs.LG", choice="feed")
    assert ids(collected) == set(YESTERDAY)
    assert {paper.issue_on for paper in collected.papers} == {THURSDAY}


@pytest.mark.parametrize("choice", ["listing", "search"])
def test_a_source_chosen_by_name_is_the_only_one_asked(desk: Desk, choice: str) -> None:
    source: Any = getattr(desk, choice)
    source.tell("cs.LG", FRIDAY, papers("cs.LG", TODAY))
    assert ids(desk.collect(FRIDAY, "cs.LG", choice=choice)) == set(TODAY)
    assert desk.feed.asked == []
    asked = [len(each.asked) for each in (desk.listing, desk.search)]
    assert sorted(asked) == [0, 1]


def test_a_source_that_is_not_there_is_a_failure_with_words(desk: Desk) -> None:
    with pytest.raises(SourceUnavailableError, match="the sample was not asked: it is not there"):
        desk.collect(choice="sample")
