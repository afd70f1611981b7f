"""What every store of readers' acts does; each adapter's test gives the stores."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import consent
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.errors import (
    DuplicateSubscriberError,
    StaleRevisionError,
    SuppressedAddressError,
)
from subscribers.feedback import Feedback, Vote
from subscribers.model import Subscriber, SubscriberState
from subscribers.moves import Mailbox, Move
from subscribers.notices import Notice, NoticeKind, NoticeState
from subscribers.ports import (
    FeedbackStore,
    MoveStore,
    NoticeStore,
    ReaderStore,
    SubscriberStore,
    SuppressionStore,
)
from subscribers.suppression import SuppressionReason
from tests.factories import NOW, make_subscriber

EVIDENCE = Evidence(page="/subscribe", wording="Yes, mail me.", network="192.0.2.0/24")


def entry(reader: Subscriber, act: ConsentAct = ConsentAct.REQUESTED) -> ConsentEntry:
    return ConsentEntry(subscriber_id=reader.id, act=act, at=NOW, evidence=EVIDENCE)


def notice(number: int, kind: NoticeKind = NoticeKind.CONFIRM, **fields: object) -> Notice:
    values: dict[str, object] = {
        "id": f"01NOTICE{number:018d}",
        "subscriber_id": make_subscriber().id,
        "address": make_subscriber().address,
        "requested_at": NOW,
    }
    return Notice(kind=kind, **(values | fields))  # type: ignore[arg-type]  # fields of a notice


class ReaderStoreContract:
    """Tests of ``ReaderStore``."""

    def test_a_change_is_written_with_its_proof_and_its_mail(
        self, readers: ReaderStore, subscribers: SubscriberStore, notices: NoticeStore
    ) -> None:
        reader = make_subscriber(state=SubscriberState.PENDING, confirmed_at=None)
        change = ReaderChange(
            subscriber=reader, is_new=True, entry=entry(reader), notices=(notice(1),)
        )
        assert readers.apply(change) == reader
        confirmed, logged = consent.confirm(reader, now=NOW, evidence=EVIDENCE)
        saved = readers.apply(ReaderChange(subscriber=confirmed, entry=logged))
        assert saved.revision == 2
        assert subscribers.get(reader.id) == saved
        acts = [each.act for each in readers.consents(reader.id)]
        assert acts == [ConsentAct.REQUESTED, ConsentAct.CONFIRMED]
        assert readers.consents(reader.id)[0] == entry(reader)
        assert [each.id for each in notices.claim(limit=9, now=NOW)] == [notice(1).id]

    @pytest.mark.parametrize("is_new", [True, False])
    def test_a_change_that_is_refused_leaves_nothing_behind(
        self, readers: ReaderStore, subscribers: SubscriberStore, notices: NoticeStore, is_new: bool
    ) -> None:
        reader = make_subscriber()
        subscribers.add(reader)
        stale = make_subscriber(revision=7)
        change = ReaderChange(
            subscriber=stale, is_new=is_new, entry=entry(reader), notices=(notice(1),)
        )
        with pytest.raises(DuplicateSubscriberError if is_new else StaleRevisionError):
            readers.apply(change)
        assert readers.consents(reader.id) == ()
        assert notices.claim(limit=9, now=NOW) == ()

    def test_who_is_erased_is_gone_and_cannot_be_brought_back(
        self, readers: ReaderStore, subscribers: SubscriberStore, suppressions: SuppressionStore
    ) -> None:
        reader = make_subscriber()
        readers.apply(ReaderChange(subscriber=reader, is_new=True, entry=entry(reader)))
        for _ in range(2):
            readers.erase(reader.id, entry(reader, ConsentAct.ERASED))
        assert subscribers.get(reader.id) is None
        assert {each.evidence.network for each in readers.consents(reader.id)} == {""}
        suppression = suppressions.find(reader.address)
        assert suppression is not None
        assert suppression.reason is SuppressionReason.ERASED
        for again in (make_subscriber(2, address=reader.address.upper()), reader):
            with pytest.raises(SuppressedAddressError):
                subscribers.add(again)

    def test_nothing_a_reader_did_outlives_them(
        self, readers: ReaderStore, notices: NoticeStore, moves: MoveStore, feedback: FeedbackStore
    ) -> None:
        reader = make_subscriber()
        readers.apply(ReaderChange(subscriber=reader, is_new=True))
        notices.queue(notice(1))
        moves.put(Move(id="m", subscriber_id=reader.id, address="n@example.org", requested_at=NOW))
        feedback.put(Feedback(subscriber_id=reader.id, paper_id="1", vote=Vote.MORE, at=NOW))
        readers.erase(reader.id, entry(reader, ConsentAct.ERASED))
        assert notices.claim(limit=9, now=NOW) == ()
        assert moves.get("m") is None
        assert feedback.of_reader(reader.id, limit=9) == ()

    def test_pauses_with_an_end_are_found_the_earliest_first(
        self, readers: ReaderStore, subscribers: SubscriberStore
    ) -> None:
        day = NOW.date()
        for number, days in ((1, 3), (2, 1), (3, None)):
            until = day + timedelta(days=days) if days else None
            state = SubscriberState.PAUSED
            subscribers.add(make_subscriber(number, state=state, paused_until=until))
        left = make_subscriber(4, state=SubscriberState.UNSUBSCRIBED, paused_until=day)
        subscribers.add(left)
        found = [each.address for each in readers.due_to_resume(limit=9)]
        assert found == ["reader2@example.org", "reader1@example.org"]

    def test_only_old_requests_that_nobody_confirmed_are_forgotten(
        self, readers: ReaderStore, subscribers: SubscriberStore
    ) -> None:
        pending = SubscriberState.PENDING
        old, later = NOW - timedelta(days=10), NOW - timedelta(days=1)
        subscribers.add(make_subscriber(1, state=pending, created_at=old))
        subscribers.add(make_subscriber(2, state=pending, created_at=later))
        subscribers.add(make_subscriber(3, created_at=old))
        again = make_subscriber(4, state=pending, created_at=old)
        readers.apply(ReaderChange(subscriber=again, is_new=True, entry=entry(again)))
        assert readers.forget_unconfirmed(NOW - timedelta(days=7)) == 1
        assert subscribers.get(make_subscriber(1).id) is None
        assert all(subscribers.get(make_subscriber(number).id) for number in (2, 3, 4))


class NoticeStoreContract:
    """Tests of ``NoticeStore``."""

    def test_notices_are_claimed_once_the_oldest_first(self, notices: NoticeStore) -> None:
        for number in (3, 1, 2):
            notices.queue(notice(number, address=f"r{number}@example.org"))
        first = notices.claim(limit=2, now=NOW)
        assert [each.id for each in first] == [notice(1).id, notice(2).id]
        assert first[0] == notice(1, address="r1@example.org")
        assert [each.id for each in notices.claim(limit=9, now=NOW)] == [notice(3).id]
        assert notices.claim(limit=9, now=NOW) == ()

    def test_what_strangers_can_cause_is_one_mail_a_day(self, notices: NoticeStore) -> None:
        kinds = (NoticeKind.CONFIRM, NoticeKind.RENEWAL, NoticeKind.MOVE_NEW, NoticeKind.CONFIRM)
        taken = [notices.queue(notice(number, kind)) for number, kind in enumerate(kinds)]
        assert taken == [True, False, False, False]
        upper = notice(10, address="READER1@EXAMPLE.ORG")
        assert not notices.queue(upper)
        later = NOW + timedelta(hours=24)
        assert not notices.queue(notice(11, requested_at=later - timedelta(seconds=1)))
        assert notices.queue(notice(12, requested_at=later))

    def test_kinds_are_counted_apart(self, notices: NoticeStore) -> None:
        assert notices.queue(notice(1, NoticeKind.CONFIRM))
        assert notices.queue(notice(2, NoticeKind.WELCOME))
        assert [notices.queue(notice(n, NoticeKind.EXPORT)) for n in (3, 4, 5, 6)] == [
            True, True, True, False,
        ]  # fmt: skip

    def test_what_is_only_counted_is_never_sent(
        self, notices: NoticeStore, suppressions: SuppressionStore
    ) -> None:
        assert not notices.queue(notice(1, subscriber_id=None))
        suppressions.suppress("gone@example.org", SuppressionReason.COMPLAINT, now=NOW)
        assert not notices.queue(notice(2, address="gone@example.org"))
        assert notices.claim(limit=9, now=NOW) == ()

    def test_a_notice_that_is_handed_back_is_claimed_again(self, notices: NoticeStore) -> None:
        notices.queue(notice(1))
        (claimed,) = notices.claim(limit=9, now=NOW)
        notices.settle(claimed.id, NoticeState.QUEUED)
        assert notices.claim(limit=9, now=NOW) == (claimed,)
        notices.settle(claimed.id, NoticeState.SENT)
        assert notices.claim(limit=9, now=NOW) == ()

    def test_a_claim_nobody_settled_is_unknown_and_never_repeated(
        self, notices: NoticeStore
    ) -> None:
        notices.queue(notice(1))
        notices.claim(limit=9, now=NOW)
        assert notices.expire_claims(NOW) == 0
        assert notices.expire_claims(NOW + timedelta(seconds=1)) == 1
        assert notices.claim(limit=9, now=NOW) == ()

    def test_old_settled_notices_are_forgotten(self, notices: NoticeStore) -> None:
        notices.queue(notice(1))
        notices.queue(notice(2, address="other@example.org"))
        (first,) = notices.claim(limit=1, now=NOW)
        notices.settle(first.id, NoticeState.SENT)
        assert notices.forget(NOW) == 0
        assert notices.forget(NOW + timedelta(days=1)) == 1
        assert len(notices.claim(limit=9, now=NOW)) == 1


class MoveStoreContract:
    """Tests of ``MoveStore``."""

    def test_a_reader_has_one_move_at_a_time(self, moves: MoveStore) -> None:
        first = Move(id="a", subscriber_id="r", address="a@example.org", requested_at=NOW)
        moves.put(first)
        assert moves.get("a") == first
        agreed = first.agreed_by(Mailbox.NEW)
        moves.put(agreed)
        assert moves.get("a") == agreed
        moves.put(Move(id="b", subscriber_id="r", address="b@example.org", requested_at=NOW))
        assert moves.get("a") is None
        moves.remove("b")
        assert moves.get("b") is None


class FeedbackStoreContract:
    """Tests of ``FeedbackStore``."""

    def test_the_last_vote_counts_and_the_newest_comes_first(self, feedback: FeedbackStore) -> None:
        def vote(paper: str, vote: Vote, minute: int) -> Feedback:
            at = datetime(2026, 11, 20, 12, minute, tzinfo=UTC)
            return Feedback(subscriber_id="r", paper_id=paper, vote=vote, at=at)

        feedback.put(vote("1", Vote.MORE, 1))
        feedback.put(vote("hep-th/9901001", Vote.MORE, 2))
        feedback.put(vote("1", Vote.LESS, 3))
        expected = (vote("1", Vote.LESS, 3), vote("hep-th/9901001", Vote.MORE, 2))
        assert feedback.of_reader("r", limit=9) == expected
        assert feedback.of_reader("r", limit=1) == expected[:1]
        for _ in range(2):
            feedback.withdraw("r", "1")
        assert feedback.of_reader("r", limit=9) == expected[1:]
        assert feedback.of_reader("s", limit=9) == ()
