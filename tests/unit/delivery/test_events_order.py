"""Every event twice, shuffled, in any portions: the same end state."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.model import DeliveryState
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import KEY
from tests.unit.delivery.event_scene import (
    end_state,
    payload,
    plan_issue,
    send_issue,
    soft_bounce,
    take_in,
)

READERS, ISSUES = 2, 7
S = DeliveryState
KINDS = ("Send", "Delivery", "DeliveryDelay", "Bounce", "Complaint", "Reject", "Subscription")

PLAIN = st.builds(
    payload,
    st.sampled_from(KINDS),
    st.integers(1, READERS + 1),
    issue=st.integers(0, ISSUES),
    hours=st.integers(0, 2),
)
SOFT = st.builds(
    soft_bounce,
    st.integers(1, READERS),
    issue=st.integers(0, ISSUES - 1),
    hours=st.integers(0, 2),
)
ODD = st.builds(
    payload,
    st.sampled_from(["Bounce"]),
    st.integers(1, READERS),
    issue=st.integers(0, ISSUES - 1),
    bounceType=st.sampled_from(["Transient", "Undetermined", "Permanent"]),
    bounceSubType=st.sampled_from(["General", "ContentRejected", "UnsubscribedRecipient"]),
)
EVENTS = st.lists(SOFT | SOFT | ODD | PLAIN, min_size=1, max_size=25)


@pytest.fixture(scope="module", autouse=True)
def silence() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture(scope="module")
def scene() -> Iterator[Path]:
    """A folder with a store in which each issue was handed over, in every state of it."""
    folder = Path(tempfile.mkdtemp())
    with open_store(folder / "scene.db", address_key=KEY) as store:
        states = (S.SENT, S.SENT, S.UNKNOWN, S.PLANNED, S.PARKED, S.REJECTED, S.SENT)
        for issue, state in enumerate(states):
            plan_issue(store, READERS, issue=issue)
            send_issue(store, issue=issue, state=state)
    yield folder
    shutil.rmtree(folder)


def after(scene: Path, portions: list[list[str]]) -> dict[str, object]:
    path = scene / "copy.db"
    shutil.copy(scene / "scene.db", path)
    with open_store(path, address_key=KEY) as store:
        for portion in portions:
            take_in(store, *portion)
    found = end_state(path)
    for file in scene.glob("copy.db*"):
        file.unlink()
    return dict(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, st.lists(st.integers(0, 50), max_size=5), st.data())
def test_order_and_repetition_do_not_matter(
    scene: Path, events: list[str], ends: list[int], data: st.DataObject
) -> None:
    once = after(scene, [events])
    shuffled = list(data.draw(st.permutations(events + events)))
    cuts = sorted({min(end, len(shuffled)) for end in ends} | {0, len(shuffled)})
    assert after(scene, [shuffled[start:end] for start, end in pairwise(cuts)]) == once
    one_by_one = list(data.draw(st.permutations(events)))
    assert after(scene, [[each] for each in one_by_one]) == once
