"""The benchmark ``chaos`` in small: real senders, killed; nothing twice, nothing lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.chaos import is_fine, sum_up
from benchmarks.chaos_judge import judge
from benchmarks.chaos_run import run_once
from newsletter.delivery.failpoints import Moment
from newsletter.model import Delivery, DeliveryState
from tests.contract.stores.values import make_delivery
from tests.e2e.ready import prepare

READERS = 20
MOMENTS = [Moment.AFTER_CLAIM, Moment.AFTER_SEND, Moment.BEFORE_SETTLE, Moment.AFTER_PARK]
S = DeliveryState


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_with_kills_and_faults_is_fine(tmp_path: Path, moment: Moment) -> None:
    planned = prepare(tmp_path / "prepared", READERS)
    seed = list(Moment).index(moment)
    story = run_once(seed, prepared=tmp_path / "prepared", folder=tmp_path / "run", planned=planned)
    assert is_fine(story), story
    assert story.kills >= 1
    assert sum(story.verdict.states.values()) == READERS


def row(state: DeliveryState, **fields: str) -> Delivery:
    return replace(make_delivery(), state=state, **fields)  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    ("rows", "accepted", "duplicates", "lost", "wrong"),
    [
        ([row(S.SENT)], 1, 0, 0, 0),
        ([row(S.SENT)], 2, 1, 0, 0),
        ([row(S.SENT)], 0, 0, 1, 0),
        ([row(S.PLANNED)], 0, 0, 1, 0),
        ([], 0, 0, 1, 0),
        ([row(S.UNKNOWN)], 1, 0, 0, 0),
        ([row(S.SKIPPED, reason="unsubscribed")], 0, 0, 0, 0),
        ([row(S.SKIPPED)], 0, 0, 1, 0),
        ([row(S.REJECTED, reason="no")], 1, 0, 0, 1),
    ],
)
def test_the_judge_sees_what_is_wrong(
    rows: list[Delivery], accepted: int, duplicates: int, lost: int, wrong: int
) -> None:
    name = make_delivery().id
    verdict = judge(
        [name],
        rows,
        accepted={name: accepted},
        unknown_before=frozenset(),
        reported=frozenset(),
    )
    assert (len(verdict.duplicates), len(verdict.lost), len(verdict.wrong)) == (
        duplicates,
        lost,
        wrong,
    )


def test_an_unknown_mail_that_was_reported_must_not_stay_unknown() -> None:
    name = make_delivery().id
    verdict = judge(
        [name],
        [row(S.UNKNOWN)],
        accepted={name: 1},
        unknown_before=frozenset({name}),
        reported=frozenset({name}),
    )
    assert verdict.wrong == (name,)


def test_a_sum_has_the_figures_that_are_asked_for() -> None:
    asked = {"runs", "kills", "duplicates", "lost", "unknown_resolved", "unknown_held"}
    assert sum_up([]).keys() >= asked
