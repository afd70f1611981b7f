"""More like this, less like this: one vote for each reader and paper, which may be taken back."""

from dataclasses import dataclass

from newsletter.model import Paper
from newsletter.people.membership import Membership
from newsletter.ports import Clock, PaperStore
from subscribers.feedback import Feedback, Vote
from subscribers.ports import FeedbackStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Voting:
    """Take votes."""

    membership: Membership
    papers: PaperStore
    feedback: FeedbackStore
    clock: Clock

    def paper(self, paper_id: str) -> Paper | None:
        """Return the paper, if it is one of ours."""
        return self.papers.known_papers([paper_id]).get(paper_id)

    def vote(self, subscriber_id: str, paper_id: str, vote: Vote) -> None:
        """Keep a vote.

        Raises:
            UnknownSubscriberError: there is no such reader any more.
        """
        reader = self.membership.get(subscriber_id)
        self.feedback.put(
            Feedback(subscriber_id=reader.id, paper_id=paper_id, vote=vote, at=self.clock())
        )

    def take_back(self, subscriber_id: str, paper_id: str) -> None:
        """Forget a vote."""
        self.feedback.withdraw(subscriber_id, paper_id)

    def recent(self, subscriber_id: str, *, limit: int = 50) -> tuple[tuple[Feedback, str], ...]:
        """Return the newest votes, each with the paper's title (its id when it is gone)."""
        votes = self.feedback.of_reader(subscriber_id, limit=limit)
        papers = self.papers.known_papers([each.paper_id for each in votes])
        return tuple(
            (each, papers[each.paper_id].title if each.paper_id in papers else each.paper_id)
            for each in votes
        )
