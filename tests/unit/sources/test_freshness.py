"""A stale feed is known by its ids."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from newsletter.model import Announcement, AnnounceType, SourceName
from newsletter.sources.arxiv_feed import parse_feed
from newsletter.sources.freshness import Past, why_stale
from newsletter.sources.http import Page
from tests.servers.fake_arxiv_days import recorded_feed
from tests.unit.sources.desk import FRIDAY, papers

CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
STALE_DAYS = ("2025-12-19", "2026-01-30")


def announced(category: str, *numbers: int) -> Announcement:
    return Announcement(
        category=category, on=FRIDAY, source=SourceName.FEED, papers=papers(category, numbers)
    )


def recorded(shared_data: Path, day: str, *, stale: bool = False) -> Mapping[str, Announcement]:
    on = date.fromisoformat(day)
    feeds = {
        category: recorded_feed(shared_data, on, category, stale=stale and category == "cs.AI")
        for category in CATEGORIES
    }
    return {
        category: parse_feed(Page(url="", status=200, body=body), category=category, on=on)
        for category, body in feeds.items()
    }


def whys(feeds: Mapping[str, Announcement], past: Past) -> dict[str, str | None]:
    return {
        category: why_stale(
            feed, others=[other for name, other in feeds.items() if name != category], past=past
        )
        for category, feed in feeds.items()
    }


@pytest.mark.data
@pytest.mark.parametrize("day", [*STALE_DAYS, "2025-12-23"])
def test_no_fresh_recorded_feed_is_stale_on_a_cold_store(shared_data: Path, day: str) -> None:
    assert set(whys(recorded(shared_data, day), Past()).values()) == {None}


@pytest.mark.data
@pytest.mark.parametrize("day", STALE_DAYS)
def test_both_recorded_stale_feeds_are_stale_on_a_cold_store(shared_data: Path, day: str) -> None:
    found = whys(recorded(shared_data, day, stale=True), Past())
    assert found.pop("cs.AI") is not None
    assert set(found.values()) == {None}


@pytest.mark.data
@pytest.mark.parametrize("day", STALE_DAYS)
@pytest.mark.parametrize("other", ["cs.CL", "cs.LG"])
def test_one_other_category_is_enough(shared_data: Path, day: str, other: str) -> None:
    feeds = recorded(shared_data, day, stale=True)
    assert why_stale(feeds["cs.AI"], others=[feeds[other]], past=Past()) is not None


@pytest.mark.data
@pytest.mark.parametrize("day", STALE_DAYS)
def test_the_day_before_in_the_store_tells_without_other_categories(
    shared_data: Path, day: str
) -> None:
    stale = recorded(shared_data, day, stale=True)["cs.AI"]
    ids = frozenset(paper.id for paper in stale.papers)
    fresh = recorded(shared_data, day)["cs.AI"]
    for past in (
        Past(ids=ids, has_batch_before=True),
        Past(newest=max(p.id for p in stale.papers)),
    ):
        assert why_stale(stale, others=(), past=past) is not None
        assert why_stale(fresh, others=(), past=past) is None


def test_a_stale_neighbour_does_not_make_a_fresh_feed_stale() -> None:
    stale, fresh = announced("cs.AI", *range(100, 140)), announced("cs.LG", *range(500, 540))
    assert why_stale(fresh, others=[stale], past=Past()) is None
    assert why_stale(stale, others=[fresh], past=Past()) is not None


def test_held_papers_with_old_ids_do_not_hide_a_stale_feed() -> None:
    others = announced("cs.LG", 1, *range(500, 540))
    assert why_stale(announced("cs.AI", *range(100, 140)), others=[others], past=Past()) is not None


def test_with_the_batch_before_a_low_but_unseen_id_is_fresh() -> None:
    held = announced("cs.DC", 7)
    others = [announced("cs.LG", *range(500, 540))]
    assert why_stale(held, others=others, past=Past(has_batch_before=True)) is None


def test_nothing_to_compare_with_is_no_judgement() -> None:
    assert why_stale(announced("cs.LG", 1), others=(), past=Past()) is None
    assert why_stale(announced("cs.LG"), others=(), past=Past()) is None
    few = announced("cs.AI", 500)
    assert why_stale(announced("cs.LG", 1), others=[few], past=Past()) is None


def test_replacements_say_nothing_of_freshness() -> None:
    replaced = Announcement(
        category="cs.AI",
        on=FRIDAY,
        source=SourceName.FEED,
        papers=papers("cs.AI", [1, 2, 3], kind=AnnounceType.REPLACE),
    )
    assert why_stale(replaced, others=[announced("cs.LG", *range(500, 540))], past=Past()) is None
