"""What every ``SuppressionStore`` does, together with the store of the readers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.model import DeliveryState, SkipReason
from newsletter.ports import Ledger
from subscribers.errors import SuppressedAddressError
from subscribers.model import SubscriberState
from subscribers.ports import SubscriberStore, SuppressionStore
from subscribers.suppression import Suppression, SuppressionReason
from tests.contract.stores.values import ISSUE_ID, LEASE_UNTIL, plan_for
from tests.factories import NOW, make_subscriber

MANUAL, COMPLAINT = SuppressionReason.MANUAL, SuppressionReason.COMPLAINT
ACTIVE, SUPPRESSED = SubscriberState.ACTIVE, SubscriberState.SUPPRESSED
READER = make_subscriber(1).address


def state_of(subscribers: SubscriberStore, number: int = 1) -> SubscriberState | None:
    found = subscribers.get(make_subscriber(number).id)
    return found.state if found else None


class SuppressionStoreContract:
    """All tests of the port.

    Attributes:
        many: more than the store reads at once.
    """

    many = 1_100

    def test_a_reader_is_suppressed_and_becomes_what_they_were(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        wanted = Suppression(reason=MANUAL, since=NOW, state_before=ACTIVE)
        assert suppressions.suppress(READER, MANUAL, now=NOW) == wanted
        assert suppressions.find("READER1@example.org") == wanted
        assert state_of(subscribers) is SUPPRESSED
        assert suppressions.lift(READER) == wanted
        assert suppressions.lift(READER) is None
        assert suppressions.find(READER) is None
        assert state_of(subscribers) is ACTIVE

    def test_a_weaker_reason_does_not_replace_a_stronger(
        self, suppressions: SuppressionStore
    ) -> None:
        suppressions.suppress(READER, COMPLAINT, now=NOW)
        assert (
            suppressions.suppress(READER, MANUAL, now=NOW - timedelta(days=1)).reason is COMPLAINT
        )

    def test_nobody_is_suppressed_by_somebody_else(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(2))
        suppressions.suppress(READER, MANUAL, now=NOW)
        assert state_of(subscribers, 2) is ACTIVE
        assert suppressions.find(make_subscriber(2).address) is None

    def test_the_suppressed_are_refused_among_several(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        suppressions.suppress(READER, MANUAL, now=NOW)
        readers = [make_subscriber(number) for number in range(3)]
        first, second, third = subscribers.add_all(readers)
        assert (first, type(second), third) == (None, SuppressedAddressError, None)
        assert [one.id for one in subscribers.list_by_state()] == [readers[0].id, readers[2].id]

    @pytest.mark.parametrize("state", ["pending", "active", "paused"])
    def test_whoever_is_added_later_is_refused(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore, state: str
    ) -> None:
        suppressions.suppress(READER, MANUAL, now=NOW)
        added = make_subscriber(1, address="Reader1@example.org", state=SubscriberState(state))
        with pytest.raises(SuppressedAddressError, match=r"R\*\*\*1@example.org is suppressed"):
            subscribers.add(added)
        assert state_of(subscribers) is None

    def test_a_record_that_gets_no_mail_is_taken(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        suppressions.suppress(READER, COMPLAINT, now=NOW)
        subscribers.add(make_subscriber(1, state=SUPPRESSED))
        in_force = suppressions.find(READER)
        assert in_force is not None
        assert in_force.reason is COMPLAINT
        suppressions.lift(READER)
        assert state_of(subscribers) is SubscriberState.UNSUBSCRIBED

    def test_nobody_comes_back_by_a_changed_record(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        suppressions.suppress(READER, MANUAL, now=NOW)
        current = subscribers.get(make_subscriber(1).id)
        assert current is not None
        with pytest.raises(SuppressedAddressError):
            subscribers.save(replace(current, state=ACTIVE))
        assert subscribers.get(current.id) == current
        assert subscribers.save(replace(current, language="zh")).state is SUPPRESSED

    def test_nobody_moves_to_a_suppressed_address(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(2))
        suppressions.suppress(READER, MANUAL, now=NOW)
        with pytest.raises(SuppressedAddressError):
            subscribers.save(make_subscriber(2, address=READER))

    def test_a_record_that_comes_suppressed_suppresses_its_address(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1, state=SUPPRESSED))
        in_force = suppressions.find(READER)
        assert in_force is not None
        assert in_force.reason is MANUAL
        subscribers.remove(make_subscriber(1).id)
        with pytest.raises(SuppressedAddressError):
            subscribers.add(make_subscriber(1))

    def test_a_removed_reader_leaves_only_a_hash(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        suppressions.suppress(READER, SuppressionReason.ERASED, now=NOW)
        (listed,) = suppressions.list_all()
        assert listed.address == READER
        subscribers.remove(make_subscriber(1).id)
        (listed,) = suppressions.list_all()
        assert listed.address is None
        assert len(listed.address_hash) == 64
        assert listed.suppression.reason is SuppressionReason.ERASED

    def test_who_leaves_while_suppressed_is_not_brought_back(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore
    ) -> None:
        for number in (1, 2):
            subscribers.add(make_subscriber(number))
        suppressions.suppress(READER, MANUAL, now=NOW)
        for number in (1, 2, 3):
            suppressions.note_leaving(make_subscriber(number).address)
        assert suppressions.find(make_subscriber(3).address) is None
        suppressions.lift(READER)
        assert state_of(subscribers, 1) is SubscriberState.UNSUBSCRIBED
        assert state_of(subscribers, 2) is ACTIVE

    def test_all_are_listed_over_page_ends(self, suppressions: SuppressionStore) -> None:
        for number in range(self.many):
            suppressions.suppress(f"reader{number}@example.org", MANUAL, now=NOW)
        hashes = [each.address_hash for each in suppressions.list_all()]
        assert len(set(hashes)) == self.many
        assert hashes == sorted(hashes)

    def test_a_suppressed_reader_is_not_claimed(
        self, suppressions: SuppressionStore, subscribers: SubscriberStore, ledger: Ledger
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        suppressions.suppress(READER, MANUAL, now=NOW)
        (claim,) = ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL)
        assert claim.subscriber.id == make_subscriber(2).id
        (skipped,) = ledger.deliveries(ISSUE_ID, state=DeliveryState.SKIPPED)
        assert skipped.reason == SkipReason.SUPPRESSED.value
