"""Values for the stores' tests."""

from datetime import timedelta

from newsletter.delivery.plan import delivery_id
from newsletter.model import Delivery, Issue, Pick, Reason, ReasonKind, Score, Signal
from newsletter.ports import Ledger
from subscribers.ports import SubscriberStore
from tests.factories import NOW, make_issue, make_subscriber

KEY = b"a key of thirty-two bytes, or so"
LEASE_UNTIL = NOW + timedelta(minutes=5)
ISSUE_ID = make_issue().id


def make_pick(number: int = 1) -> Pick:
    """Make a pick of ``make_paper(number)`` with one part and one reason."""
    score = Score(
        value=1.5,
        parts={Signal.TEXT: 1.25, Signal.CATEGORY: 0.25},
        reasons=(Reason(kind=ReasonKind.TITLE_KEYWORD, term="sparse attention", value=1.5),),
        pinned=number % 2 == 0,
    )
    return Pick(paper_id=f"2611.{number:05d}", version=1, score=score)


def make_delivery(number: int = 1, *, issue: Issue | None = None, papers: int = 2) -> Delivery:
    """Make the planned delivery of an issue to ``make_subscriber(number)``."""
    of = issue or make_issue()
    subscriber_id = make_subscriber(number).id
    return Delivery(
        id=delivery_id(of.id, subscriber_id),
        issue_id=of.id,
        subscriber_id=subscriber_id,
        picks=tuple(make_pick(paper) for paper in range(1, papers + 1)),
        matched=papers + 3,
    )


def plan_for(count: int, *, ledger: Ledger, subscribers: SubscriberStore) -> list[Delivery]:
    """Add ``count`` active subscribers and plan a delivery for each."""
    deliveries = [make_delivery(number) for number in range(1, count + 1)]
    for number in range(1, count + 1):
        subscribers.add(make_subscriber(number))
    assert ledger.plan(make_issue(), deliveries) == count
    return deliveries
