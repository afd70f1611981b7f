"""One request to arXiv, read from an announcement."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from newsletter.doctor.arxiv import check_arxiv, sleep_briefly
from newsletter.doctor.finding import Finding
from newsletter.errors import ThrottledError
from newsletter.model import Announcement, Paper, SetAside, SourceName
from newsletter.sources.calendar import AnnouncementCalendar
from tests.factories import make_paper

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Feed:
    name = SourceName.FEED

    def __init__(self, *papers: Paper, set_aside: tuple[SetAside, ...] = ()) -> None:
        self._papers, self._set_aside = papers, set_aside
        self.asked: list[tuple[str, date]] = []

    def read(self, category: str, on: date) -> Announcement:
        self.asked.append((category, on))
        return Announcement(
            category=category,
            on=on,
            source=self.name,
            papers=self._papers,
            set_aside=self._set_aside,
        )


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


def check(feed: Feed, now: datetime) -> Finding:
    return only(check_arxiv(feed, "cs.LG", calendar=AnnouncementCalendar(), now=now))


def test_a_feed_with_papers() -> None:
    feed = Feed(make_paper(1), make_paper(2), set_aside=(SetAside(entry="x", why="y"),))
    finding = check(feed, FRIDAY)
    assert finding.level == "ok"
    assert "2 papers and 1 entries that cannot be read" in finding.text
    assert "2026-11-20" in finding.text
    assert feed.asked == [("cs.LG", date(2026, 11, 20))]


def test_an_empty_feed_is_right_on_a_saturday_only() -> None:
    assert check(Feed(), SATURDAY).level == "ok"
    late = check(Feed(), FRIDAY)
    assert (late.level, late.exit_code) == ("warning", 0)


def test_a_long_wait_for_permission_is_not_waited_for() -> None:
    slept: list[float] = []
    sleep = sleep_briefly(slept.append)
    sleep(3.0)
    with pytest.raises(ThrottledError, match="another 600 s"):
        sleep(600.0)
    assert slept == [3.0]
