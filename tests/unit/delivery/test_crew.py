"""Workers share the claims, grow in number, and go home."""

import threading
from dataclasses import replace

from newsletter.delivery.crew import Crew
from newsletter.model import Claim
from tests.contract.stores.values import make_delivery
from tests.factories import make_subscriber

CLAIM = Claim(delivery=make_delivery(1), subscriber=make_subscriber(1))


def test_each_claim_is_worked_on_once() -> None:
    done: list[Claim] = []
    claims = [replace(CLAIM, delivery=make_delivery(number)) for number in range(50)]
    with Crew(done.append) as crew:
        crew.hire_to(3)
        for claim in claims:
            crew.add(claim)
    assert sorted(one.delivery.id for one in done) == sorted(one.delivery.id for one in claims)


def test_as_many_work_at_once_as_were_hired_and_none_is_sent_away() -> None:
    together = threading.Barrier(5)

    def meet(claim: Claim) -> None:
        together.wait(timeout=20)

    with Crew(meet) as crew:
        crew.hire_to(2)
        crew.hire_to(5)
        crew.hire_to(1)
        assert crew.size == 5
        for _ in range(5):
            crew.add(CLAIM)
    assert together.n_waiting == 0
    assert not together.broken


def test_nobody_is_left_when_the_work_is_over() -> None:
    before = threading.active_count()
    with Crew(lambda claim: None) as crew:
        crew.hire_to(4)
        assert threading.active_count() == before + 4
    assert threading.active_count() == before
