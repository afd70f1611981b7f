"""What a reader was to get and did not is in the choice for their next issue, and only theirs."""

from datetime import datetime, timedelta

import pytest

from newsletter.delivery.compose import Composer
from newsletter.delivery.links import SignedLinks
from newsletter.delivery.schedule import Edition
from newsletter.job import Job
from newsletter.model import Delivery, DeliveryState, Issue
from newsletter.ranking import RankingMethod
from newsletter.render.mail import DigestRenderer
from newsletter.stores.sqlite import SqliteStore
from subscribers.model import Frequency
from subscribers.tokens import TokenSigner
from tests.contract.stores.values import KEY
from tests.factories import DAY, NOW, make_paper, make_subscriber
from tests.unit.delivery.scripted import ScriptedMailer, run
from tests.unit.render.mails import IDENTITY

S = DeliveryState
A_DAY = timedelta(days=1)


def announce(store: SqliteStore, *, days: int, number: int) -> None:
    """Let one paper be announced so many days after ``DAY``."""
    on = DAY + days * A_DAY
    store.papers.save_announcement([make_paper(number, announced_on=on, issue_on=on)], [])


def plan_day(store: SqliteStore, days: int, *, now: datetime | None = None) -> Issue:
    """Plan the daily issue of that day for all readers."""
    job = Job(
        papers=store.papers,
        ledger=store.ledger,
        method=RankingMethod.BM25,
        clock=lambda: now or NOW + days * A_DAY,
        deadline=A_DAY,
    )
    on = DAY + days * A_DAY
    edition = Edition(last_on=on, first_on=on, frequency=Frequency.DAILY)
    (issue,) = job.plan_editions(store.subscribers.list_by_state, lambda reader: edition)
    return issue


def picked(store: SqliteStore, issue: Issue, reader: int) -> set[int]:
    """Return the numbers of the papers that a reader is to get."""
    found = {one.subscriber_id: one for one in store.ledger.deliveries(issue.id)}
    picks = found[make_subscriber(reader).id].picks
    return {int(pick.paper_id.rpartition(".")[2]) for pick in picks}


@pytest.fixture
def yesterday(store: SqliteStore) -> Issue:
    """Two readers, and an issue with paper 1 that is planned for both."""
    for reader in (1, 2):
        store.subscribers.add(make_subscriber(reader))
    announce(store, days=0, number=1)
    announce(store, days=1, number=2)
    return plan_day(store, 0)


def end(store: SqliteStore, issue: Issue, reader: int, state: DeliveryState) -> None:
    lease = NOW + timedelta(minutes=5)
    for claim in store.ledger.claim(issue.id, limit=9, lease_until=lease):
        is_theirs = claim.subscriber.id == make_subscriber(reader).id
        store.ledger.settle(claim, state if is_theirs else S.SENT)


@pytest.mark.parametrize("state", [S.REJECTED, S.UNKNOWN])
def test_a_mail_that_did_not_arrive_gives_its_papers_to_the_next(
    store: SqliteStore, yesterday: Issue, state: DeliveryState
) -> None:
    end(store, yesterday, 1, state)
    today = plan_day(store, 1)
    assert (picked(store, today, 1), picked(store, today, 2)) == ({1, 2}, {2})


def test_a_mail_past_its_deadline_gives_its_papers_to_the_next(
    store: SqliteStore, yesterday: Issue
) -> None:
    today = plan_day(store, 1, now=NOW + A_DAY + timedelta(minutes=1))
    assert store.ledger.count_by_state(yesterday.id) == {S.SKIPPED: 2}
    assert (picked(store, today, 1), picked(store, today, 2)) == ({1, 2}, {1, 2})


def test_a_lease_that_ran_out_overnight_gives_its_papers_to_the_next(
    store: SqliteStore, yesterday: Issue
) -> None:
    store.ledger.claim(yesterday.id, limit=9, lease_until=NOW + timedelta(minutes=5))
    today = plan_day(store, 1)
    assert store.ledger.count_by_state(yesterday.id) == {S.UNKNOWN: 2}
    assert picked(store, today, 1) == {1, 2}


def test_what_may_still_be_sent_is_not_given_away(store: SqliteStore, yesterday: Issue) -> None:
    today = plan_day(store, 1, now=NOW + A_DAY - timedelta(minutes=1))
    assert store.ledger.count_by_state(yesterday.id) == {S.PLANNED: 2}
    assert picked(store, today, 1) == {2}


def test_papers_of_more_than_a_week_ago_are_let_go(store: SqliteStore, yesterday: Issue) -> None:
    end(store, yesterday, 1, S.REJECTED)
    announce(store, days=7, number=7)
    announce(store, days=8, number=8)
    assert picked(store, plan_day(store, 7), 1) == {1, 7}
    assert picked(store, plan_day(store, 8), 1) == {8}


def test_papers_that_reached_a_reader_later_are_not_chosen_again(
    store: SqliteStore, yesterday: Issue, mailer: ScriptedMailer
) -> None:
    end(store, yesterday, 1, S.REJECTED)
    today = plan_day(store, 1)
    for claim in store.ledger.claim(today.id, limit=9, lease_until=NOW + 3 * A_DAY):
        store.ledger.settle(claim, S.SENT)
    announce(store, days=2, number=3)
    assert picked(store, plan_day(store, 2), 1) == {3}


def test_the_mail_shows_papers_of_earlier_days(store: SqliteStore, yesterday: Issue) -> None:
    end(store, yesterday, 1, S.REJECTED)
    today = plan_day(store, 1)
    composer = Composer(
        today,
        papers=store.papers,
        renderer=DigestRenderer(IDENTITY),
        links=SignedLinks(IDENTITY.site_url, TokenSigner([KEY], clock=lambda: NOW)),
        clock=lambda: NOW,
    )
    claims = {one.subscriber_id: one for one in store.ledger.deliveries(today.id)}
    delivery: Delivery = claims[make_subscriber(1).id]
    mail = composer.compose(delivery, make_subscriber(1))
    assert {entry.paper.id for entry in mail.digest.entries} == {"2611.00001", "2611.00002"}
    assert "part 1" in mail.message.text


def test_nothing_left_over_means_the_issue_is_as_ever(
    store: SqliteStore, yesterday: Issue, mailer: ScriptedMailer
) -> None:
    end(store, yesterday, 1, S.SENT)
    assert picked(store, plan_day(store, 1), 1) == {2}
    assert run(store, mailer).sent == 0
