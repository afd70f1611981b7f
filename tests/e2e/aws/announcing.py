"""An announcement of today, and readers of it, for a deployment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from newsletter.sources.calendar import AnnouncementCalendar
from subscribers.model import Cadence, Subscriber
from tests.e2e.aws.deployment import Deployment, now
from tests.factories import make_interests, make_subscriber
from tests.servers.fake_arxiv_days import Record

PAPERS = 12


def announce_today(deployment: Deployment) -> tuple[date, datetime]:
    """Let arXiv announce papers today; return the day, and when it is first looked at."""
    calendar = AnnouncementCalendar()
    day = calendar.current_day(now())
    deployment.arxiv.announce(day, [_record(number) for number in range(1, PAPERS + 1)])
    return day, calendar.available_at(day) + timedelta(minutes=30)


def readers_at(number: int, *, hours: Iterable[int] = (7, 8)) -> list[Subscriber]:
    """Make readers in UTC, spread over a few hours of their morning."""
    at = [time(hour) for hour in hours]
    return [
        replace(
            make_subscriber(each, interests=make_interests("sparse attention", max_papers=3)),
            cadence=Cadence(send_at=at[each % len(at)]),
        )
        for each in range(number)
    ]


def _record(number: int) -> Record:
    return Record(
        id=f"2611.{number:05d}",
        title=f"Sparse attention, part {number}",
        abstract=f"We study sparse attention once more, for the {number}th time. It is faster.",
        authors="Ada Example, Ben Beispiel",
        categories=("cs.LG",),
        types=(("cs.LG", "new"),),
    )
