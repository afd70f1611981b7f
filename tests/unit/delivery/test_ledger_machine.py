"""Whatever workers, clocks, events and operators do: nothing is lost.

Only who decides to send again what is unknown can make a second mail.
"""

import json
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from newsletter.delivery.accounting import account_issue
from newsletter.delivery.plan import plan
from newsletter.delivery.recovery import SILENCE, resend_silent
from newsletter.model import Claim, Delivery, DeliveryState, IssueState, Receipt, Settlement
from newsletter.stores.sqlite import SqliteStore, open_store
from subscribers.model import SubscriberState
from tests.contract.stores.values import ISSUE_ID, KEY, make_pick
from tests.factories import NOW, make_issue, make_subscriber
from tests.servers.fake_ses import Accepted
from tests.servers.fake_ses_events import make_event
from tests.unit.delivery.event_scene import take_in

READERS = 6
LEASE = timedelta(minutes=5)
S = DeliveryState
WHO = st.integers(0, 1)
ACTS = ("leave", "plan_again", "pause", "open", "release", "overdue", "close", "cancel")
KINDS = ("Send", "DeliveryDelay", "Delivery", "Bounce", "Complaint")
TAKEN = {S.SENT, S.DELIVERED, S.BOUNCED, S.COMPLAINED, S.DELAYED}


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
        self.resent: Counter[str] = Counter()
        self.tried: set[tuple[str, int]] = set()
        self.mails: list[Accepted] = []
        self.left: set[str] = set()
        self.planned = self.cancelled = False
        for number in range(READERS):
            self.stores[0].subscribers.add(make_subscriber(number))

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)

    @initialize(who=WHO)
    def plan_first(self, who: int) -> None:
        self._plan(who)

    def _plan(self, who: int) -> None:
        choices = [(make_subscriber(number), (make_pick(),), 1) for number in range(READERS)]
        issue = make_issue(created_at=self.now)
        new = plan(issue, choices, ledger=self.stores[who].ledger)
        assert new == (0 if self.planned else READERS)
        self.planned = True

    @rule(target=claims, who=WHO, limit=st.integers(1, 3), only=st.none() | st.integers(1, 5))
    def claim(self, who: int, limit: int, only: int | None) -> object:
        ids = None if only is None else {one.id for one in self._deliveries()[:only]}
        claimed = self.stores[who].ledger.claim(
            ISSUE_ID, limit=limit, lease_until=self.now + LEASE, only=ids
        )
        assert not self.left & {claim.subscriber.id for claim in claimed}
        assert ids is None or {claim.delivery.id for claim in claimed} <= ids
        assert not (claimed and self.cancelled)
        return multiple(*claimed)

    @rule(who=WHO, claim=claims, knows=st.booleans())
    def hand_over(self, who: int, claim: Claim, knows: bool) -> None:
        """The provider accepts; the worker may die before it knows."""
        if not self._first_use(claim):
            return
        self.accepted[claim.delivery.id] += 1
        mail = self._mail(claim)
        self.mails.append(mail)
        if knows:
            receipt = Receipt(provider_id=mail.message_id, accepted_at=self.now)
            self._settle(who, claim, S.SENT, receipt=receipt)

    @rule(
        who=WHO, claim=claims, state=st.sampled_from([S.PLANNED, S.REJECTED, S.UNKNOWN, S.PARKED])
    )
    def refuse(self, who: int, claim: Claim, state: DeliveryState) -> None:
        if self._first_use(claim):
            self._settle(who, claim, state)

    @rule(who=WHO, claim=claims, state=st.sampled_from([S.PLANNED, S.SENT, S.UNKNOWN]))
    def settle_late(self, who: int, claim: Claim, state: DeliveryState) -> None:
        """A worker that was done with its claim long ago speaks up again."""
        if self._key(claim) in self.tried and claim.delivery.id not in self.accepted:
            assert not self._settle(who, claim, state)

    @rule(who=WHO, minutes=st.integers(1, 40))
    def time_passes(self, who: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.stores[who].ledger.expire_leases(self.now)

    @rule(who=WHO, minutes=st.integers(0, 60))
    def park(self, who: int, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        self.stores[who].ledger.park(ISSUE_ID, until=until, reason="quota")

    @rule(who=WHO, kind=st.sampled_from(KINDS), place=st.integers(0, 20))
    def hear(self, who: int, kind: str, place: int) -> None:
        """An event about a mail that was accepted comes in, late or not, perhaps once more."""
        if self.mails:
            event = make_event(kind, self.mails[place % len(self.mails)])
            take_in(self.stores[who], json.dumps(event))

    @rule(who=WHO, most=st.integers(1, 3))
    def send_again(self, who: int, most: int) -> None:
        """An operator decides."""
        unknown = [one.id for one in self._deliveries() if one.state is S.UNKNOWN]
        moved = self.stores[who].ledger.reset_unknown(
            unknown, at=self.now, reason="an operator", max_resends=most
        )
        assert not (moved and self.cancelled)
        self._count_resent(moved, most)

    @rule(who=WHO)
    def send_silent_again(self, who: int) -> None:
        """The policy decides: of mails that no event spoke of for long enough."""
        before = {one.id for one in self._deliveries() if one.state is S.UNKNOWN}
        resend_silent(self.stores[who].ledger, ISSUE_ID, now=self.now + SILENCE)
        after = {one.id for one in self._deliveries() if one.state is S.UNKNOWN}
        assert not before - after or self._has_heard()
        self._count_resent(tuple(before - after), 1)

    @rule(who=WHO, act=st.sampled_from(ACTS), number=st.integers(0, READERS - 1))
    def happen(self, who: int, act: str, number: int) -> None:
        """One of the things that happen now and then."""
        getattr(self, f"_{act}")(self.stores[who], number)

    def _leave(self, store: SqliteStore, number: int) -> None:
        subscriber = store.subscribers.get(make_subscriber(number).id)
        assert subscriber is not None
        store.subscribers.save(replace(subscriber, state=SubscriberState.UNSUBSCRIBED))
        self.left.add(subscriber.id)

    def _plan_again(self, store: SqliteStore, number: int) -> None:
        self._plan(self.stores.index(store))

    def _pause(self, store: SqliteStore, number: int) -> None:
        if not self.cancelled:
            store.ledger.set_issue_state(ISSUE_ID, IssueState.PAUSED, reason="enough")

    def _open(self, store: SqliteStore, number: int) -> None:
        if not self.cancelled:
            store.ledger.set_issue_state(ISSUE_ID, IssueState.OPEN)

    def _release(self, store: SqliteStore, number: int) -> None:
        store.ledger.release(ISSUE_ID, now=None if number % 2 else self.now)

    def _overdue(self, store: SqliteStore, number: int) -> None:
        store.ledger.skip_overdue(self.now - timedelta(hours=1 + 5 * number))

    def _close(self, store: SqliteStore, number: int) -> None:
        waits = {S.PLANNED, S.PARKED, S.SENDING}
        if store.ledger.close_finished(ISSUE_ID):
            assert not waits & set(store.ledger.count_by_state(ISSUE_ID))

    def _cancel(self, store: SqliteStore, number: int) -> None:
        if number == 0:
            store.ledger.cancel(ISSUE_ID)
            self.cancelled = True

    @invariant()
    def nothing_is_accepted_more_often_than_was_decided(self) -> None:
        assert all(times <= 1 + self.resent[key] for key, times in self.accepted.items())

    @invariant()
    def nobody_is_lost(self) -> None:
        accounting = account_issue(self.stores[0].ledger, ISSUE_ID)
        assert accounting.candidates == (READERS if self.planned else 0)
        assert accounting.adds_up

    @invariant()
    def nothing_waits_in_a_cancelled_issue(self) -> None:
        waits = {S.PLANNED, S.PARKED} & {one.state for one in self._deliveries()}
        assert not (self.cancelled and waits)

    @invariant()
    def the_ledger_does_not_contradict_the_provider(self) -> None:
        for delivery in self._deliveries():
            if delivery.state in TAKEN:
                assert self.accepted[delivery.id]
            elif self.accepted[delivery.id] and not self.resent[delivery.id]:
                assert delivery.state in {S.SENDING, S.UNKNOWN}

    def _deliveries(self) -> list[Delivery]:
        return list(self.stores[1].ledger.deliveries(ISSUE_ID))

    def _settle(
        self, who: int, claim: Claim, state: DeliveryState, receipt: Receipt | None = None
    ) -> bool:
        if state is S.SENT and receipt is None:
            receipt = Receipt(provider_id="late", accepted_at=self.now)
        settlement = Settlement(claim=claim, state=state, at=self.now, receipt=receipt)
        return self.stores[who].ledger.settle_all([settlement])[0]

    def _count_resent(self, moved: tuple[str, ...], most: int) -> None:
        self.resent.update(moved)
        assert all(self.resent[key] <= most for key in moved)

    def _has_heard(self) -> bool:
        return any(one.state in TAKEN - {S.SENT} for one in self._deliveries())

    def _mail(self, claim: Claim) -> Accepted:
        tags = {"delivery_id": claim.delivery.id, "issue": ISSUE_ID, "attempt": "1"}
        return Accepted(
            message_id=f"0100-{len(self.mails)}",
            accepted_at=self.now,
            sender="digest@papers.example.org",
            recipients=("nobody@example.com",),
            tags=tags,
            configuration_set="newsletter",
            raw=b"",
        )

    def _key(self, claim: Claim) -> tuple[str, int]:
        return claim.delivery.id, claim.delivery.attempt

    def _first_use(self, claim: Claim) -> bool:
        """A worker hands each claim over once, and not after its lease (``Attempt`` looks)."""
        lease_until = claim.delivery.lease_until
        is_first = self._key(claim) not in self.tried
        self.tried.add(self._key(claim))
        return is_first and lease_until is not None and lease_until > self.now


LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestLedger = LedgerMachine.TestCase
