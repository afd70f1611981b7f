"""A reader takes their data along, or has it deleted: only by a link that was just mailed."""

from collections.abc import Callable
from dataclasses import dataclass

from newsletter.people.limits import WishLimiter
from newsletter.people.membership import Membership
from newsletter.people.wishes import notice_to
from newsletter.ports import Clock
from subscribers import privacy
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import NoticeKind
from subscribers.ports import FeedbackStore, NoticeStore, ReaderStore

MAX_VOTES = 10_000
MAX_ISSUES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Mail the links, and do what they are for.

    Attributes:
        forget_mails: deletes the mails to an address that we keep ourselves.
    """

    membership: Membership
    readers: ReaderStore
    notices: NoticeStore
    feedback: FeedbackStore
    limiter: WishLimiter
    clock: Clock
    forget_mails: Callable[[str], object]

    def request_link(self, reader: Subscriber, kind: NoticeKind, *, client: str) -> None:
        """Mail a reader a link for their data, or to their page.

        Raises:
            TooManyRequestsError: too many came from this network, or in all.
        """
        self.limiter.take(client)
        if reader.state is not SubscriberState.SUPPRESSED:
            self.notices.queue(notice_to(reader, kind, now=self.clock()))

    def export(self, reader: Subscriber) -> dict[str, object]:
        """Return all that is kept about a reader."""
        return privacy.exported(
            reader,
            consents=self.readers.consents(reader.id),
            feedback=self.feedback.of_reader(reader.id, limit=MAX_VOTES),
            received=self.readers.received(reader.id, limit=MAX_ISSUES),
            now=self.clock(),
        )

    def erase(self, reader: Subscriber, evidence: Evidence) -> None:
        """Forget a reader and the mails to them; see ``ReaderStore.erase``.

        Mails first: when they cannot be deleted, the link works once more.
        """
        self.forget_mails(reader.address)
        entry = ConsentEntry(
            subscriber_id=reader.id, act=ConsentAct.ERASED, at=self.clock(), evidence=evidence
        )
        self.readers.erase(reader.id, entry)
