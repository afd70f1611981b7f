"""What monitors are told."""

from datetime import date, timedelta

import pytest

from newsletter.model import Batch, BatchState, SourceName
from tests.factories import make_issue
from tests.web_site import WebSite


def batch(day: date, state: BatchState = BatchState.FRESH) -> Batch:
    return Batch(category="cs.LG", announced_on=day, state=state, source=SourceName.FEED, fetched=1)


def test_a_new_installation_is_well(site: WebSite) -> None:
    answer = site.client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "empty")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("days", "state", "status"),
    [
        (0, BatchState.FRESH, 200),
        (1, BatchState.FRESH, 200),
        (0, BatchState.STALLED, 503),
        (7, BatchState.FRESH, 503),
    ],
)
def test_it_is_stalled_when_the_last_announcements_were_not_read(
    site: WebSite, days: int, state: BatchState, status: int
) -> None:
    day = site.clock.now.date() - timedelta(days=days)
    site.store.papers.save_announcement([], [batch(day, state)])
    site.store.ledger.plan(make_issue(), [])
    answer = site.client.get("/health")
    assert answer.status_code == status
    assert answer.json()["last_issue"] == make_issue().id
    assert answer.json()["status"] == ("ok" if status == 200 else "stalled")
