"""Two real processes work on one file at once."""

import itertools
from pathlib import Path

from newsletter.model import DeliveryState
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.factories import make_subscriber
from tests.servers.processes import run_together


def run(database: Path, *tasks: str) -> list[list[str]]:
    return run_together([["tests.servers.ledger_process", task, str(database)] for task in tasks])


def test_four_processes_may_make_the_same_database_at_once(database: Path) -> None:
    assert run(database, "open", "open", "open", "open") == [["None"]] * 4


def test_planning_and_claiming_never_overlap(database: Path) -> None:
    with open_store(database, address_key=KEY) as store:
        for number in range(1, 301):
            store.subscribers.add(make_subscriber(number))
    one, other = run(database, "plan", "plan")
    assert int(one[0]) + int(other[0]) == 300
    first, second, saved = run(database, "claim", "claim", "save")
    assert not set(first) & set(second)
    assert len(first) + len(second) == len({*first, *second}) == 300
    assert saved == ["saved"]
    with open_store(database, address_key=KEY) as store:
        assert store.ledger.count_by_state(ISSUE_ID) == {DeliveryState.SENT: 300}


def test_two_processes_keep_one_pace(tmp_path: Path) -> None:
    times = sorted(
        float(text) for lines in run(tmp_path / "gate.db", "pace", "pace") for text in lines
    )
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) == 8
    # Each waits for its own slot; the clock is read after waking, so a gap may lose a little.
    assert times[-1] - times[0] >= 0.1 * 7 * 0.99
    assert min(gaps) > 0.05
