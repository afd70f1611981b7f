"""A store is copied from SQLite to DynamoDB and back, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.errors import StoreError, UsageError
from newsletter.model import Batch, BatchState, DeliveryState, IssueState, Receipt, Settlement
from newsletter.ports import Store
from newsletter.stores.copy import copy_store
from newsletter.stores.copy_ends import opened
from newsletter.stores.sqlite import SqliteStore
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.feedback import Feedback, Vote
from subscribers.suppression import SuppressionReason
from tests.contract.stores.conftest import Tables
from tests.contract.stores.values import ISSUE_ID, KEY, LEASE_UNTIL, make_delivery, plan_for
from tests.factories import DAY, NOW, make_issue, make_paper, make_subscriber
from tests.servers.moto_server import REGION, MotoServer
from tests.unit.summaries.values import make_run, make_summary

S = DeliveryState


def fill(store: Store) -> None:
    """Let there be something of everything."""
    batch = Batch(category="cs.LG", announced_on=DAY, state=BatchState.FRESH, fetched=3)
    store.papers.save_announcement((make_paper(number) for number in range(3)), [batch])
    store.papers.save_announcement([make_paper(9, issue_on=DAY - timedelta(days=1))], [])
    store.summaries.save([make_summary(number) for number in range(3)])
    store.summaries.add_run(make_run())
    plan_for(6, ledger=store.ledger, subscribers=store.subscribers)
    store.suppressions.suppress("gone@example.org", SuppressionReason.BOUNCE, now=NOW)
    store.suppressions.suppress("reader6@example.org", SuppressionReason.COMPLAINT, now=NOW)
    store.feedback.put(
        Feedback(subscriber_id=make_subscriber(1).id, paper_id="2611.00001", vote=Vote.MORE, at=NOW)
    )
    deliver(store)


def deliver(store: Store) -> None:
    claims = store.ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL)
    store.ledger.settle(claims[4], S.PLANNED)
    receipt = Receipt(provider_id="mail", accepted_at=NOW)
    store.ledger.settle(claims[0], S.SENT, receipt=receipt)
    store.ledger.settle_all([Settlement(claim=claims[1], state=S.UNKNOWN, at=NOW)])
    store.ledger.settle(claims[2], S.PARKED, reason="no quota")
    store.ledger.park(ISSUE_ID, until=NOW + timedelta(hours=1), reason="quota")
    later = make_issue(id="2026-11-21-daily", last_on=DAY + timedelta(days=1))
    store.ledger.plan(later, [make_delivery(1, issue=later)])
    store.ledger.set_issue_state(later.id, IssueState.PAUSED, reason="look")


@pytest.fixture
def source(database: Path) -> str:
    return f"sqlite:{database}"


@pytest.fixture
def target(tables: Tables) -> str:
    return f"dynamodb:{tables.main},{tables.ledger}"


def test_there_and_back_everything_is_as_it_was(
    store: SqliteStore, source: str, target: str, moto_server: MotoServer, tmp_path: Path
) -> None:
    fill(store)
    with opened(source, address_key=KEY) as one:
        entry = ConsentEntry(
            subscriber_id=make_subscriber(1).id,
            act=next(iter(ConsentAct)),
            at=NOW,
            evidence=Evidence(page="form", wording="1", network="192.0.2.0/24"),
        )
        one.rows.log([entry, replace(entry, subscriber_id="erased")])
        where = {"address_key": KEY, "region": REGION, "endpoint_url": moto_server.url}
        with opened(target, **where) as other:  # type: ignore[arg-type] # words
            there = copy_store(one, other)
            check_ledger(other.store)
            assert other.store.ledger.count_by_state(ISSUE_ID) == store.ledger.count_by_state(
                ISSUE_ID
            )
            with opened(f"sqlite:{tmp_path / 'back.db'}", address_key=KEY) as back:
                again = copy_store(other, back)
                check_ledger(back.store)
    assert {each.part: each.number for each in there} == {
        "papers": 4, "batches": 1, "summaries": 3, "runs": 1, "suppressions": 2,
        "subscribers": 6, "consents": 2, "votes": 1, "issues": 2, "deliveries": 7,
    }  # fmt: skip
    assert again == there


def check_ledger(store: Store) -> None:
    reader = make_subscriber(1).id
    shown = store.ledger.shown_papers([make_subscriber(number).id for number in range(1, 7)])
    assert sum(map(len, shown.values())) == 2
    progress = store.ledger.progress(ISSUE_ID)
    assert progress is not None
    assert (progress.planned, progress.reason) == (6, "quota")
    assert store.subscribers.get(reader) is not None
    found = store.suppressions.find("gone@example.org")
    assert found is not None
    assert found.reason is SuppressionReason.BOUNCE


def test_a_copy_goes_on_where_the_other_stopped(
    store: SqliteStore, source: str, target: str, moto_server: MotoServer
) -> None:
    fill(store)
    with (
        opened(source, address_key=KEY) as one,
        opened(target, address_key=KEY, region=REGION, endpoint_url=moto_server.url) as other,
    ):
        copy_store(one, other)
        ledger = other.store.ledger
        assert ledger.expire_leases(LEASE_UNTIL) == 1
        assert ledger.release(ISSUE_ID) == 2
        claims = ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL)
        assert len(claims) == 2
        assert ledger.count_by_state(ISSUE_ID) == {
            S.SENT: 1, S.UNKNOWN: 2, S.SENDING: 2, S.SKIPPED: 1
        }  # fmt: skip
        moved = ledger.reset_unknown(
            [make_delivery(number).id for number in range(1, 7)],
            at=NOW, reason="lost", max_resends=1,
        )  # fmt: skip
        assert len(moved) == 2


def test_a_full_target_is_left_alone(
    store: SqliteStore, source: str, target: str, moto_server: MotoServer
) -> None:
    store.papers.save_announcement([make_paper(1)], [])
    where = {"address_key": KEY, "region": REGION, "endpoint_url": moto_server.url}
    with opened(source, address_key=KEY) as one, opened(target, **where) as other:  # type: ignore[arg-type] # words
        other.store.subscribers.add(make_subscriber(1))
        with pytest.raises(StoreError, match="not empty"):
            copy_store(one, other)
        assert other.store.papers.last_issue_day() is None


def test_a_difference_is_told(
    store: SqliteStore, source: str, target: str, moto_server: MotoServer
) -> None:
    store.papers.save_announcement([make_paper(1)], [])
    where = {"address_key": KEY, "region": REGION, "endpoint_url": moto_server.url}
    with opened(source, address_key=KEY) as one, opened(target, **where) as other:  # type: ignore[arg-type] # words

        def meddle(part: str) -> None:
            if part == "votes":
                store.papers.save_announcement([make_paper(1, title="Changed")], [])

        with pytest.raises(StoreError, match="differs in papers"):
            copy_store(one, other, tell=meddle)


@pytest.mark.parametrize("text", ["", "sqlite:", "mysql:x", "dynamodb:one", "dynamodb:one,"])
def test_what_names_no_store_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no store"), opened(text, address_key=KEY):
        pass
