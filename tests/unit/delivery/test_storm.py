"""Several processes send one issue: they share the work, keep one rate, and lose nobody."""

from pathlib import Path

from newsletter.model import DeliveryState
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import ISSUE_ID, KEY, make_delivery
from tests.factories import NOW, make_issue, make_subscriber
from tests.servers.fake_ses import FakeSes
from tests.servers.fake_ses_script import OK, THROTTLED
from tests.servers.processes import run_together
from tests.unit.delivery.scripted import plan_readers

LIMIT = 100


def plan(database: Path, readers: int) -> None:
    with open_store(database, address_key=KEY) as store:
        plan_readers(store, readers)
        # The deadline is far away: the processes go by a real clock.
        with store._file.write() as connection:
            connection.execute("UPDATE deliveries SET planned_at = '2999-01-01'")


def send_together(database: Path, ses: FakeSes, processes: int) -> list[list[str]]:
    words = ["tests.servers.ses_sender", str(database), ses.url]
    return run_together([words] * processes)


def test_two_processes_in_a_storm_of_refusals_lose_nobody_and_keep_the_rate(
    tmp_path: Path,
) -> None:
    database, readers = tmp_path / "newsletter.db", 100
    plan(database, readers)
    with FakeSes() as ses:
        ses.account.max_per_second, ses.account.strict = LIMIT, True
        ses.script(*[OK] * 15, *[THROTTLED] * 6)
        one, other = send_together(database, ses, 2)
        accepted = [mail.delivery_id for mail in ses.outbox]
        assert ses.posted.most <= LIMIT
    assert len(accepted) == len(set(accepted)) == readers
    assert not set(one) & set(other)
    assert len(one) + len(other) == readers
    with open_store(database, address_key=KEY) as store:
        assert store.ledger.count_by_state(ISSUE_ID) == {DeliveryState.SENT: readers}


def test_two_processes_at_full_speed_keep_one_rate(tmp_path: Path) -> None:
    database, readers = tmp_path / "newsletter.db", 250
    plan(database, readers)
    with FakeSes() as ses:
        ses.account.max_per_second, ses.account.strict = LIMIT, True
        send_together(database, ses, 2)
        assert len(ses.outbox) == ses.posts == readers
        assert ses.posted.most <= LIMIT
        times = [mail.accepted_at for mail in ses.outbox]
    assert (times[-1] - times[0]).total_seconds() >= readers / LIMIT


def test_the_same_mail_asked_for_three_times_at_once_is_sent_once(tmp_path: Path) -> None:
    database = tmp_path / "newsletter.db"
    plan(database, 1)
    with FakeSes() as ses:
        ses.account.max_per_second = LIMIT
        sent = send_together(database, ses, 3)
        assert ses.posts == 1
    assert sorted(map(len, sent)) == [0, 0, 1]


def test_a_scheduler_that_fires_twice_makes_one_issue(tmp_path: Path) -> None:
    with open_store(tmp_path / "newsletter.db", address_key=KEY) as store:
        store.subscribers.add(make_subscriber(1))
        for minutes in range(2):
            issue = make_issue(created_at=NOW.replace(minute=minutes))
            assert store.ledger.plan(issue, [make_delivery(1)]) == 1 - minutes
        assert store.ledger.count_by_state(ISSUE_ID) == {DeliveryState.PLANNED: 1}
