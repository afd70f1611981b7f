"""A reader changes their address: both mailboxes agree first."""

from dataclasses import dataclass

from newsletter.people.limits import WishLimiter
from newsletter.people.membership import Membership
from newsletter.people.signup import SignUps
from newsletter.people.wishes import notice_to
from newsletter.ports import Clock, SubscriberStore
from subscribers import address as addresses
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.errors import InvalidAddressError, InvalidTransitionError
from subscribers.ids import new_id
from subscribers.model import Subscriber, SubscriberState
from subscribers.moves import Mailbox, Move, moved
from subscribers.notices import NoticeKind
from subscribers.ports import MoveStore, NoticeStore, ReaderStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Take wishes for another address, and carry them out when both mailboxes have agreed."""

    membership: Membership
    moves: MoveStore
    notices: NoticeStore
    readers: ReaderStore
    subscribers: SubscriberStore
    sign_ups: SignUps
    limiter: WishLimiter
    clock: Clock

    def request(self, subscriber_id: str, address: str, *, client: str) -> None:
        """Ask both mailboxes; nothing tells whether the new address is a reader's already.

        Raises:
            UnknownSubscriberError, InvalidTransitionError: who asks is no reader any more.
            InvalidAddressError: it is no address, or the one they have.
            TooManyRequestsError: too many came from this network, or in all.
        """
        reader = self.membership.get(subscriber_id)
        if reader.state not in (SubscriberState.ACTIVE, SubscriberState.PAUSED):
            raise InvalidTransitionError("there is no subscription to move any more")
        wanted = addresses.parse(address)
        self.sign_ups.check_domain(wanted)
        if wanted.casefold() == reader.address.casefold():
            raise InvalidAddressError("this is the address you have: write the new one")
        self.limiter.take(client)
        now = self.clock()
        move = Move(
            id=new_id(now),
            subscriber_id=reader.id,
            address=wanted,
            requested_at=now,
        )
        self.moves.put(move)
        self.notices.queue(notice_to(reader, NoticeKind.MOVE_OLD, now=now, detail=move.id))
        if self._is_free(wanted):
            self.notices.queue(
                notice_to(reader, NoticeKind.MOVE_NEW, now=now, address=wanted, detail=move.id)
            )

    def find(self, subscriber_id: str, move_id: str) -> Move | None:
        """Return a move that may still be agreed to."""
        move = self.moves.get(move_id)
        is_theirs = move is not None and move.subscriber_id == subscriber_id
        return move if is_theirs and move is not None and move.is_open(self.clock()) else None

    def agree(self, move: Move, mailbox: Mailbox, evidence: Evidence) -> Subscriber | None:
        """Take the word of one mailbox; return the reader at the new address when it was the last.

        Raises:
            UnknownSubscriberError, InvalidTransitionError: the reader has left meanwhile.
            DuplicateSubscriberError, SuppressedAddressError: the new address is not free any more.
        """
        agreed = move.agreed_by(mailbox)
        if not agreed.is_complete:
            self.moves.put(agreed)
            return None
        reader = self.membership.get(move.subscriber_id)
        now = self.clock()
        entry = ConsentEntry(
            subscriber_id=reader.id, act=ConsentAct.MOVED, at=now, evidence=evidence
        )
        after = self.readers.apply(ReaderChange(subscriber=moved(reader, agreed), entry=entry))
        self.moves.remove(move.id)
        self.notices.queue(notice_to(after, NoticeKind.WELCOME, now=now))
        return after

    def _is_free(self, address: str) -> bool:
        return self.subscribers.find(address) is None
