"""A limit is one for the whole command, however many issues it sends."""

from pathlib import Path

from subscribers.model import Cadence, Frequency
from tests.e2e.operations import Desk
from tests.e2e.ready import SEND
from tests.factories import DAY, make_subscriber


def test_a_limit_is_over_all_issues_of_the_command(tmp_path: Path) -> None:
    weekly = Cadence(frequency=Frequency.WEEKLY, weekday=DAY.weekday())
    with Desk.open(tmp_path, readers=2) as desk:
        with desk.open_store() as store:
            store.subscribers.add(make_subscriber(3, cadence=weekly))
        for sent, limit in ((1, "1"), (2, "1"), (3, "9")):
            ended = desk.run(*SEND, "--limit", limit)
            assert (ended.code, len(desk.ses.outbox)) == (0, sent), ended.err
            assert len(ended.json["issues"]) == 2
        assert len(set(desk.accepted)) == 3
