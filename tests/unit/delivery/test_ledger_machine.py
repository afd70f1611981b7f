"""Whatever workers, clocks and readers do: at most one accepted mail, and nothing is lost."""

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from newsletter.delivery.plan import plan
from newsletter.model import Claim, DeliveryState, IssueState, Receipt
from newsletter.stores.sqlite import open_store
from subscribers.model import SubscriberState
from tests.contract.stores.values import ISSUE_ID, KEY, make_pick
from tests.factories import NOW, make_issue, make_subscriber

READERS = 6
LEASE = timedelta(minutes=5)
RECEIPT = Receipt(provider_id="accepted", accepted_at=NOW)
S = DeliveryState


class LedgerMachine(RuleBasedStateMachine):
    """Workers are claims that somebody still holds; a worker that dies just never settles.

    Two stores on one file stand for two processes.
    """

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "newsletter.db"
        self.stores = [open_store(path, address_key=KEY) for _ in range(2)]
        self.now = NOW
        self.accepted: Counter[str] = Counter()
        self.tried: set[tuple[str, int]] = set()
        self.left: set[str] = set()
        self.planned = False
        for number in range(READERS):
            self.stores[0].subscribers.add(make_subscriber(number))

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)

    @rule(who=st.integers(0, 1))
    def plan(self, who: int) -> None:
        choices = [(make_subscriber(number), (make_pick(),), 1) for number in range(READERS)]
        new = plan(make_issue(), choices, ledger=self.stores[who].ledger)
        assert new == (0 if self.planned else READERS)
        self.planned = True

    @rule(target=claims, who=st.integers(0, 1), limit=st.integers(1, 3))
    def claim(self, who: int, limit: int) -> object:
        ledger = self.stores[who].ledger
        claimed = ledger.claim(ISSUE_ID, limit=limit, lease_until=self.now + LEASE)
        assert not self.left & {claim.subscriber.id for claim in claimed}
        return multiple(*claimed)

    @rule(who=st.integers(0, 1), claim=claims, knows=st.booleans())
    def hand_over(self, who: int, claim: Claim, knows: bool) -> None:
        """The provider accepts; the worker may die before it knows."""
        if self._first_use(claim):
            self.accepted[claim.delivery.id] += 1
            if knows:
                self.stores[who].ledger.settle(claim, S.SENT, receipt=RECEIPT)

    @rule(
        who=st.integers(0, 1),
        claim=claims,
        state=st.sampled_from([S.PLANNED, S.REJECTED, S.UNKNOWN]),
    )
    def refuse(self, who: int, claim: Claim, state: DeliveryState) -> None:
        if self._first_use(claim):
            self.stores[who].ledger.settle(claim, state)

    @rule(
        who=st.integers(0, 1), claim=claims, state=st.sampled_from([S.PLANNED, S.SENT, S.UNKNOWN])
    )
    def settle_late(self, who: int, claim: Claim, state: DeliveryState) -> None:
        """A worker that was done with its claim long ago speaks up again."""
        if self._key(claim) in self.tried and claim.delivery.id not in self.accepted:
            assert not self.stores[who].ledger.settle(claim, state)

    @rule(who=st.integers(0, 1), minutes=st.integers(1, 10))
    def time_passes(self, who: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.stores[who].ledger.expire_leases(self.now)

    @rule(who=st.integers(0, 1), number=st.integers(0, READERS - 1))
    def leave(self, who: int, number: int) -> None:
        subscribers = self.stores[who].subscribers
        subscriber = subscribers.get(make_subscriber(number).id)
        assert subscriber is not None
        subscribers.save(replace(subscriber, state=SubscriberState.UNSUBSCRIBED))
        self.left.add(subscriber.id)

    @rule(who=st.integers(0, 1), state=st.sampled_from(IssueState))
    def set_issue(self, who: int, state: IssueState) -> None:
        if self.planned:
            self.stores[who].ledger.set_issue_state(ISSUE_ID, state)

    @invariant()
    def nothing_is_accepted_twice(self) -> None:
        assert all(times == 1 for times in self.accepted.values())

    @invariant()
    def nobody_is_lost(self) -> None:
        counts = self.stores[0].ledger.count_by_state(ISSUE_ID)
        assert sum(counts.values()) == (READERS if self.planned else 0)

    @invariant()
    def the_ledger_does_not_contradict_the_provider(self) -> None:
        for delivery in self.stores[1].ledger.deliveries(ISSUE_ID):
            if delivery.state is S.SENT:
                assert self.accepted[delivery.id] == 1
            elif self.accepted[delivery.id]:
                assert delivery.state in {S.SENDING, S.UNKNOWN}

    def _key(self, claim: Claim) -> tuple[str, int]:
        return claim.delivery.id, claim.delivery.attempt

    def _first_use(self, claim: Claim) -> bool:
        """A worker hands each claim over once, and not after its lease (``Attempt`` looks)."""
        lease_until = claim.delivery.lease_until
        is_first = self._key(claim) not in self.tried
        self.tried.add(self._key(claim))
        return is_first and lease_until is not None and lease_until > self.now


LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestLedger = LedgerMachine.TestCase
