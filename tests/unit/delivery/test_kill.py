"""``kill -9`` in the middle of a run, then another run: nothing twice, nothing lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.delivery.accounting import account_issue
from newsletter.delivery.run import MAX_BATCH
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import SqliteStore, open_store
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.servers.processes import ROOT
from tests.unit.delivery.scripted import plan_readers

READERS = 150
S = DeliveryState
MOMENTS = (
    "after_expire:1",
    "before_claim:2",
    "after_claim:2",
    "before_send:10",
    "after_send:10",
    "before_settle:2",
    "after_settle:2",
)
"""One for each transition of the ledger; the number is the passage at which it strikes."""


def run(database: Path, folder: Path, when: str) -> int:
    words = ["-m", "tests.servers.dying_sender", str(database), str(folder), when]
    done = subprocess.run(
        [sys.executable, *words], check=False, cwd=ROOT, timeout=60, capture_output=True
    )
    return done.returncode


def plan(database: Path) -> None:
    with open_store(database, address_key=KEY) as store:
        plan_readers(store, READERS)
        # The deadline is far away: the processes go by a real clock.
        with store._file.write() as connection:
            connection.execute("UPDATE deliveries SET planned_at = '2999-01-01'")


def sent(store: SqliteStore) -> set[str]:
    return {f"{one.id}.eml" for one in store.ledger.deliveries(ISSUE_ID, state=S.SENT)}


@pytest.mark.parametrize("when", MOMENTS)
def test_a_killed_run_is_continued_without_a_second_mail(tmp_path: Path, when: str) -> None:
    database, folder = tmp_path / "newsletter.db", tmp_path / "mails"
    plan(database)
    assert run(database, folder, when) == -signal.SIGKILL
    with open_store(database, address_key=KEY) as store:
        killed = store.ledger.count_by_state(ISSUE_ID)
    assert killed[S.PLANNED] >= 1
    in_doubt = killed.get(S.SENDING, 0)
    assert run(database, folder, "never") == (3 if in_doubt else 0)
    files = [path.name for path in folder.glob("*.eml")]
    assert len(files) == len({name.split(".")[0] for name in files})
    with open_store(database, address_key=KEY) as store:
        after = store.ledger.count_by_state(ISSUE_ID)
        assert account_issue(store.ledger, ISSUE_ID).is_finished
        assert after.get(S.UNKNOWN, 0) == in_doubt
        assert after[S.SENT] == READERS - in_doubt
        assert sent(store) <= set(files)


def test_a_kill_leaves_no_more_in_doubt_than_was_claimed_ahead(tmp_path: Path) -> None:
    database, folder = tmp_path / "newsletter.db", tmp_path / "mails"
    plan(database)
    run(database, folder, "after_send:20")
    with open_store(database, address_key=KEY) as store:
        assert 1 <= store.ledger.count_by_state(ISSUE_ID)[S.SENDING] <= MAX_BATCH
