"""What every ``EventStore`` does; each adapter's test gives it with its ledger and readers."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from newsletter.model import (
    BounceType,
    Delivery,
    DeliveryChange,
    DeliveryEvent,
    DeliveryState,
    EventKind,
    EventRecipient,
    KeptEvent,
    Receipt,
    UnreadableEvent,
)
from newsletter.ports import EventStore, JudgeDelivery, Ledger
from subscribers.model import SubscriberState
from subscribers.ports import SubscriberStore
from subscribers.soft_bounces import SoftPause
from subscribers.suppression import Standing, Suppression, SuppressionReason, end_pause
from tests.contract.stores.event_values import make_bounce, make_event
from tests.contract.stores.values import ISSUE_ID, LEASE_UNTIL, make_delivery, plan_for
from tests.factories import NOW, make_subscriber

S = DeliveryState
LATER = NOW + timedelta(hours=2)
SUPPRESSION = Suppression(
    reason=SuppressionReason.BOUNCE, since=NOW, state_before=SubscriberState.ACTIVE
)


class Judge:
    """Notes what it is asked, and gives the answer it was told."""

    def __init__(self, answer: Standing | None = None) -> None:
        self.asked: list[tuple[Standing, list[KeptEvent]]] = []
        self._answer = answer

    def __call__(self, standing: Standing, kept: object) -> Standing:
        assert isinstance(kept, list | tuple)
        self.asked.append((standing, list(kept)))
        return self._answer or standing


def change(state: DeliveryState, reason: str | None = None) -> DeliveryChange:
    return DeliveryChange(state=state, reason=reason, provider_id="mail-1", accepted_at=NOW)


def to(state: DeliveryState) -> JudgeDelivery:
    return lambda _delivery, _events: change(state)


def send(ledger: Ledger, state: DeliveryState = S.SENT) -> None:
    for claim in ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL):
        number = int(claim.subscriber.id[-3:])
        receipt = Receipt(provider_id=f"mail-{number}", accepted_at=NOW)
        ledger.settle(claim, state, receipt=receipt if state is S.SENT else None)


def stored(ledger: Ledger) -> Delivery:
    (delivery,) = ledger.deliveries(ISSUE_ID)
    return delivery


class KeepContract:
    """Tests of keeping."""

    def test_an_event_is_kept_once(self, events: EventStore) -> None:
        bounce = make_bounce()
        assert events.keep([bounce, bounce], received_at=LATER) == (bounce,)
        assert events.keep([bounce, make_bounce(number=2)], received_at=LATER) == (
            make_bounce(number=2),
        )
        assert events.count_waiting() == 2

    def test_the_last_event_proves_that_the_stream_is_alive(self, events: EventStore) -> None:
        assert events.last_received_at() is None
        events.keep([make_bounce(at=NOW - timedelta(days=9))], received_at=LATER)
        events.keep([make_bounce(number=2)], received_at=NOW)
        assert events.last_received_at() == LATER

    def test_what_is_kept_comes_back_without_addresses_and_texts(self, events: EventStore) -> None:
        recipient = EventRecipient(
            address=make_subscriber(1).address, status="5.1.1", diagnostic="550 nobody@here"
        )
        bounce = make_bounce(
            issue_id=ISSUE_ID, attempt=2, recipients=(recipient,), feedback_type="not-spam"
        )
        told = replace(bounce, subtype="x@example.org is full", reason="text with a@b.example")
        events.keep([told], received_at=LATER)
        judge = Judge()
        events.apply_to_readers(judge)
        ((_, (kept,)),) = judge.asked
        assert kept == KeptEvent(event=replace(bounce, recipients=(), subtype="other"), is_new=True)

    def test_nothing_happens_long_after_it_was_received(self, events: EventStore) -> None:
        events.keep([make_bounce(at=LATER.replace(year=9999))], received_at=LATER)
        judge = Judge()
        events.apply_to_readers(judge)
        assert judge.asked[0][1][0].event.at == LATER

    def test_old_events_are_forgotten(self, events: EventStore) -> None:
        events.keep([make_bounce()], received_at=NOW)
        events.keep([make_bounce(number=2)], received_at=LATER)
        assert events.forget(LATER, quiet_before=NOW) == 1
        assert events.forget(LATER, quiet_before=LATER) == 0
        judge = Judge()
        events.apply_to_readers(judge)
        assert [kept[0].event.provider_id for _, kept in judge.asked] == ["mail-2"]

    def test_mails_without_trouble_are_forgotten_sooner(self, events: EventStore) -> None:
        troubled = [make_bounce(BounceType.TRANSIENT), make_event(EventKind.DELIVERED)]
        quiet = [make_event(kind, 2) for kind in (EventKind.SENT, EventKind.DELIVERED)]
        complained = make_event(EventKind.COMPLAINED, 2)
        events.keep([*troubled, *quiet, complained], received_at=NOW)
        assert events.forget(NOW, quiet_before=LATER) == 2
        judge = Judge()
        events.apply_to_readers(judge)
        kinds = sorted(len(kept) for _, kept in judge.asked)
        assert kinds == [1, 2]

    def test_the_unreadable_is_counted_and_bounded(self, events: EventStore) -> None:
        one = UnreadableEvent(
            sha256="a", why="not JSON", excerpt="{", first_at=NOW, last_at=NOW, times=1
        )
        events.set_aside([one, replace(one, first_at=LATER, last_at=LATER)])
        assert events.unreadable() == (replace(one, last_at=LATER, times=2),)
        newer = [
            replace(one, sha256=f"{n:05}", last_at=LATER + timedelta(seconds=n))
            for n in range(1, 1_200)
        ]
        events.set_aside(newer)
        assert [each.sha256 for each in events.unreadable()] == [
            each.sha256 for each in newer[::-1][:1_000]
        ]


class ReaderContract:
    """Tests of applying events to readers."""

    def test_each_address_is_judged_once_with_all_its_events(
        self, events: EventStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        events.keep([make_bounce(), make_event(EventKind.SENT)], received_at=LATER)
        judge = Judge()
        ((before, after),) = events.apply_to_readers(judge)
        assert before == after == Standing(state=SubscriberState.ACTIVE)
        assert events.apply_to_readers(judge) == ()
        events.keep([make_event(EventKind.DELIVERED)], received_at=LATER)
        events.apply_to_readers(judge)
        assert [[kept.is_new for kept in asked] for _, asked in judge.asked] == [
            [True, True],
            [True, False, False],
        ]

    def test_capitals_make_no_other_address(self, events: EventStore) -> None:
        spellings = ("reader1@example.org", "Reader1@EXAMPLE.org")
        for number, address in enumerate(spellings):
            recipients = (EventRecipient(address=address),)
            events.keep([make_bounce(key=str(number), recipients=recipients)], received_at=LATER)
        assert len(events.apply_to_readers(Judge())) == 1

    def test_every_recipient_counts_and_what_is_no_address_does_not(
        self, events: EventStore
    ) -> None:
        addresses = ("a@example.org", "b@example.org", "not an address @", "ä@example.org")
        recipients = tuple(EventRecipient(address=each) for each in addresses)
        events.keep([make_bounce(recipients=recipients)], received_at=LATER)
        assert len(events.apply_to_readers(Judge())) == 2

    def test_a_limit_leaves_the_others_for_the_next_time(self, events: EventStore) -> None:
        events.keep([make_bounce(number=n) for n in range(5)], received_at=LATER)
        numbers = [len(events.apply_to_readers(Judge(), limit=2)) for _ in range(4)]
        assert numbers == [2, 2, 1, 0]

    def test_what_was_judged_is_written(
        self, events: EventStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        pause = SoftPause(since=NOW, until=LATER, is_on=True)
        paused = Standing(state=SubscriberState.PAUSED, pause=pause)
        suppressed = Standing(state=SubscriberState.SUPPRESSED, suppression=SUPPRESSION)
        for number, answer in enumerate((paused, suppressed, Standing(state=None))):
            events.keep([make_bounce(key=str(number))], received_at=LATER)
            ((_, after),) = events.apply_to_readers(Judge(answer))
            assert after == answer
        events.keep([make_bounce(key="last")], received_at=LATER)
        judge = Judge()
        events.apply_to_readers(judge)
        assert judge.asked[0][0] == Standing(state=SubscriberState.SUPPRESSED)
        reader = subscribers.get(make_subscriber(1).id)
        assert reader is not None
        assert reader.revision == 3

    def test_a_failure_while_judging_leaves_all_as_it_was(self, events: EventStore) -> None:
        events.keep([make_bounce(number=n) for n in range(3)], received_at=LATER)

        def broken(standing: Standing, _kept: object) -> Standing:
            asked.append(standing)
            if len(asked) == 3:
                raise RuntimeError("broke")
            return Standing(suppression=SUPPRESSION)

        asked: list[Standing] = []
        try:
            events.apply_to_readers(broken)
        except RuntimeError:
            asked.clear()
        judge = Judge()
        assert len(events.apply_to_readers(judge)) == 3
        assert {standing for standing, _ in judge.asked} == {Standing()}

    def test_pauses_that_are_over_are_ended(
        self, events: EventStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        pause = SoftPause(since=NOW, until=LATER, is_on=True)
        paused = Standing(state=SubscriberState.PAUSED, pause=pause)
        events.keep([make_bounce()], received_at=NOW)
        events.apply_to_readers(Judge(paused))
        off = Standing(state=SubscriberState.ACTIVE, pause=replace(pause, is_on=False))
        assert events.end_pauses(LATER - timedelta(microseconds=1), lambda _: off) == 0
        assert events.end_pauses(LATER, lambda standing: off if standing == paused else standing)
        assert events.end_pauses(LATER, lambda _: off) == 0
        reader = subscribers.get(make_subscriber(1).id)
        assert reader is not None
        assert reader.state is SubscriberState.ACTIVE

    def test_a_pause_that_the_reader_has_made_their_own_is_theirs(
        self, events: EventStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        pause = SoftPause(since=NOW, until=LATER, is_on=True)
        events.keep([make_bounce()], received_at=NOW)
        events.apply_to_readers(Judge(Standing(state=SubscriberState.PAUSED, pause=pause)))
        reader = subscribers.get(make_subscriber(1).id)
        assert reader is not None
        subscribers.save(replace(reader, paused_until=LATER.date() + timedelta(days=60)))
        assert events.end_pauses(LATER, partial(end_pause, now=LATER)) == 1
        assert events.end_pauses(LATER, partial(end_pause, now=LATER)) == 0
        reader = subscribers.get(make_subscriber(1).id)
        assert reader is not None
        assert reader.state is SubscriberState.PAUSED


class DeliveryContract:
    """Tests of applying events to deliveries."""

    def test_events_of_unknown_deliveries_wait(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        events.keep([make_bounce()], received_at=LATER)
        assert events.apply_to_deliveries(to(S.BOUNCED)) == ()
        assert events.count_waiting() == 1
        plan_for(1, ledger=ledger, subscribers=subscribers)
        send(ledger)
        assert events.apply_to_deliveries(to(S.BOUNCED)) == ((S.SENT, S.BOUNCED),)
        assert events.count_waiting() == 0
        assert events.apply_to_deliveries(to(S.BOUNCED)) == ()

    def test_what_has_waited_before_can_be_left_out(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        events.keep([make_bounce()], received_at=LATER)
        assert events.apply_to_deliveries(to(S.BOUNCED), only_new=True) == ()
        plan_for(2, ledger=ledger, subscribers=subscribers)
        send(ledger)
        events.keep([make_bounce(number=2)], received_at=LATER)
        assert len(events.apply_to_deliveries(to(S.BOUNCED), only_new=True)) == 1
        assert events.count_waiting() == 1
        assert len(events.apply_to_deliveries(to(S.BOUNCED))) == 1

    def test_who_is_sending_is_not_disturbed(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        (claim,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        events.keep([make_event(EventKind.SENT)], received_at=LATER)
        assert events.apply_to_deliveries(to(S.SENT)) == ()
        ledger.settle(claim, S.UNKNOWN)
        assert events.apply_to_deliveries(to(S.SENT)) == ((S.UNKNOWN, S.SENT),)

    def test_an_event_without_our_tag_is_found_by_the_providers_id(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        send(ledger)
        untagged = make_event(EventKind.DELIVERED, number=2, delivery_id=None)
        tagged = make_event(EventKind.SENT, number=2, key="other")
        events.keep([untagged, tagged], received_at=LATER)
        asked: list[tuple[str, int]] = []

        def judge(delivery: Delivery, found: object) -> None:
            assert isinstance(found, tuple)
            asked.append((delivery.id, len(found)))

        assert events.apply_to_deliveries(judge) == ((S.SENT, S.SENT),)
        assert asked == [(make_delivery(2).id, 2)]
        assert events.count_waiting() == 0

    def test_a_later_event_is_judged_with_the_earlier_ones(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        send(ledger)
        asked: list[set[EventKind]] = []

        def judge(_delivery: Delivery, found: object) -> None:
            assert isinstance(found, tuple)
            asked.append({each.kind for each in found if isinstance(each, DeliveryEvent)})

        for kind in (EventKind.SENT, EventKind.DELIVERED):
            events.keep([make_event(kind)], received_at=LATER)
            events.apply_to_deliveries(judge)
        assert asked == [{EventKind.SENT}, {EventKind.SENT, EventKind.DELIVERED}]

    def test_a_proof_of_acceptance_is_written_with_its_instant(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        send(ledger, S.UNKNOWN)
        assert ledger.shown_papers([make_subscriber(1).id])[make_subscriber(1).id] == set()
        events.keep([make_event(EventKind.SENT)], received_at=LATER)
        events.apply_to_deliveries(to(S.SENT))
        assert (stored(ledger).state, stored(ledger).provider_id) == (S.SENT, "mail-1")
        assert stored(ledger).reason is None
        assert len(ledger.shown_papers([make_subscriber(1).id])[make_subscriber(1).id]) == 2

    def test_papers_of_a_mail_that_nobody_got_are_not_shown(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        send(ledger)
        reader = make_subscriber(1).id
        steps = [(S.BOUNCED, 0), (S.DELIVERED, 2), (S.REJECTED, 0), (S.COMPLAINED, 2)]
        for number, (state, shown) in enumerate(steps):
            bounce = make_bounce(BounceType.TRANSIENT, key=str(number))
            events.keep([bounce], received_at=LATER)
            events.apply_to_deliveries(lambda _delivery, _events: change(state, "why"))  # noqa: B023
            assert len(ledger.shown_papers([reader])[reader]) == shown
            assert (stored(ledger).state, stored(ledger).reason) == (state, "why")

    def test_deliveries_come_in_portions(
        self, events: EventStore, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(5, ledger=ledger, subscribers=subscribers)
        send(ledger)
        events.keep([make_bounce(number=n) for n in range(1, 6)], received_at=LATER)
        numbers = [len(events.apply_to_deliveries(to(S.BOUNCED), limit=2)) for _ in range(4)]
        assert numbers == [2, 2, 1, 0]


class EventStoreContract(KeepContract, ReaderContract, DeliveryContract):
    """All tests of the port."""
