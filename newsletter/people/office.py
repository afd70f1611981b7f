"""All services for readers, together."""

from dataclasses import dataclass, field
from datetime import timedelta

from newsletter.people.links import ReaderLinks
from newsletter.people.membership import Membership
from newsletter.people.moving import Moving
from newsletter.people.post import Post
from newsletter.people.rights import Rights
from newsletter.people.signup import SignUps
from newsletter.people.voting import Voting
from newsletter.ports import Clock
from subscribers.ports import ReaderStore
from subscribers.tokens import TokenSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What readers can do.

    Attributes:
        unconfirmed_days: after how many days a request that nobody confirmed is forgotten.
    """

    sign_ups: SignUps
    membership: Membership
    moving: Moving
    rights: Rights
    voting: Voting
    post: Post
    links: ReaderLinks
    readers: ReaderStore
    clock: Clock
    tokens: TokenSigner = field(repr=False)
    unconfirmed_days: int = 7

    def do_chores(self) -> None:
        """End pauses that are over, forget who never confirmed, tidy the post."""
        self.membership.end_pauses()
        self.readers.forget_unconfirmed(self.clock() - timedelta(days=self.unconfirmed_days))
        self.post.tidy()
