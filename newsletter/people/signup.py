"""Somebody asks for the mails. The answer is the same, whoever they are.

Unknown, waiting and former readers get a confirmation mail, readers a new link to their page,
suppressed addresses nothing. Each way writes once, durably, and mails are sent later by
``post``, so that neither words nor timing tell a stranger who is a reader.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from newsletter.log import get_logger
from newsletter.people.limits import WishLimiter
from newsletter.people.stamp import FormStamps
from newsletter.people.wishes import notice_to
from newsletter.ports import Clock, SubscriberStore
from subscribers import consent
from subscribers.address import keyed_hash
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.errors import (
    DuplicateSubscriberError,
    InvalidAddressError,
    StaleRevisionError,
    SuppressedAddressError,
)
from subscribers.ids import new_id
from subscribers.interests import Interests
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import Notice, NoticeKind
from subscribers.ports import NoticeStore, ReaderStore
from subscribers.preferences import Preferences

_READING = (SubscriberState.ACTIVE, SubscriberState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A sign-up form, read.

    Attributes:
        address: normalised.
        client: the IP address it came from.
    """

    address: str = field(repr=False)
    preferences: Preferences
    evidence: Evidence
    client: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUps:
    """Take wishes.

    Attributes:
        template: interests of those who choose none.
        refused_domains: lower-case; their addresses are not taken, nor those below them.
    """

    readers: ReaderStore
    subscribers: SubscriberStore
    notices: NoticeStore
    limiter: WishLimiter
    stamps: FormStamps
    template: Interests
    address_key: bytes = field(repr=False)
    refused_domains: Collection[str]
    clock: Clock

    def check_domain(self, address: str) -> None:
        """Raise ``InvalidAddressError`` for an address at a domain we do not write to."""
        domain = address.rpartition("@")[2].lower()
        labels = domain.split(".")
        if any(".".join(labels[start:]) in self.refused_domains for start in range(len(labels))):
            raise InvalidAddressError(
                f"addresses at {domain} are not taken: write one that you keep"
            )

    def request(self, wish: Wish) -> None:
        """Do what follows from a wish; nothing that the caller sees depends on who it is.

        Raises:
            TooManyRequestsError: too many came from this network, or in all.
            InvalidAddressError: see ``check_domain``.
        """
        self.limiter.take(wish.client)
        self.check_domain(wish.address)
        if not self.limiter.take_address(keyed_hash(wish.address, self.address_key)):
            get_logger().info("signup.refused", why="address_limit")
            return
        try:
            self._decide(wish)
        except SuppressedAddressError:
            self._count_only(wish)
        except (DuplicateSubscriberError, StaleRevisionError):
            # Somebody else did the same at the same moment: their mail is on its way.
            get_logger().info("signup.refused", why="at_once")

    def _decide(self, wish: Wish) -> None:
        known = self.subscribers.find(wish.address)
        if known is None:
            self._begin(wish)
        elif known.state in _READING:
            self.notices.queue(notice_to(known, NoticeKind.RENEWAL, now=self.clock()))
        elif known.state is SubscriberState.SUPPRESSED:
            self._count_only(wish)
        else:
            self._ask_again(known, wish)

    def _begin(self, wish: Wish) -> None:
        now = self.clock()
        made = consent.begin(
            wish.address,
            subscriber_id=new_id(now),
            template=self.template,
            preferences=wish.preferences,
            now=now,
        )
        entry = ConsentEntry(
            subscriber_id=made.id, act=ConsentAct.REQUESTED, at=now, evidence=wish.evidence
        )
        self._apply(made, entry, is_new=True)

    def _ask_again(self, known: Subscriber, wish: Wish) -> None:
        asked, entry = consent.request(
            known, wish.preferences, now=self.clock(), evidence=wish.evidence
        )
        self._apply(asked, entry, is_new=False)

    def _apply(self, reader: Subscriber, entry: ConsentEntry | None, *, is_new: bool) -> None:
        notice = notice_to(reader, NoticeKind.CONFIRM, now=self.clock())
        self.readers.apply(
            ReaderChange(subscriber=reader, is_new=is_new, entry=entry, notices=(notice,))
        )

    def _count_only(self, wish: Wish) -> None:
        now = self.clock()
        self.notices.queue(
            Notice(
                id=new_id(now),
                kind=NoticeKind.CONFIRM,
                subscriber_id=None,
                address=wish.address,
                requested_at=now,
            )
        )
