"""``kill -9`` in the middle of a run, then another run: nothing twice, nothing lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.delivery.accounting import account
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.servers.processes import ROOT
from tests.unit.delivery.scripted import plan_readers

READERS = 150
WORKERS = 4
S = DeliveryState


def run(database: Path, folder: Path, when: str) -> int:
    words = ["-m", "tests.servers.dying_sender", str(database), str(folder), when]
    done = subprocess.run(
        [sys.executable, *words], check=False, cwd=ROOT, timeout=60, capture_output=True
    )
    return done.returncode


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_run_is_continued_without_a_second_mail(tmp_path: Path, when: str) -> None:
    database, folder = tmp_path / "newsletter.db", tmp_path / "mails"
    with open_store(database, address_key=KEY) as store:
        plan_readers(store, READERS)
    assert run(database, folder, when) == -signal.SIGKILL
    with open_store(database, address_key=KEY) as store:
        killed = store.ledger.count_by_state(ISSUE_ID)
    assert killed[S.SENDING] >= 1
    assert killed[S.PLANNED] >= 1
    assert run(database, folder, "never") == 3
    files = [path.name for path in folder.glob("*.eml")]
    assert len(files) == len({name.split(".")[0] for name in files})
    with open_store(database, address_key=KEY) as store:
        after = store.ledger.count_by_state(ISSUE_ID)
        sent = {delivery.id for delivery in store.ledger.deliveries(ISSUE_ID, state=S.SENT)}
    assert account(after, candidates=READERS).adds_up
    assert set(after) == {S.SENT, S.UNKNOWN}
    assert after[S.UNKNOWN] == killed[S.SENDING]
    assert {f"{delivery}.eml" for delivery in sent} <= set(files)
