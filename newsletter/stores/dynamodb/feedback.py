"""Votes on DynamoDB: one for each reader and paper."""

from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.dynamodb.actions import delete, put
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.tables import key, reader_pk
from subscribers.feedback import Feedback, Vote


class DynamoFeedback:
    """``subscribers.ports.FeedbackStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people

    def put(self, feedback: Feedback) -> None:
        """Keep a vote."""
        item = {"vote": int(feedback.vote), "at": to_instant(feedback.at)}
        place = vote_key(feedback.subscriber_id, feedback.paper_id)
        self._people.dynamo.write(put(self._people.table, place, item))

    def withdraw(self, subscriber_id: str, paper_id: str) -> None:
        """Forget a vote."""
        place = vote_key(subscriber_id, paper_id)
        self._people.dynamo.write(delete(self._people.table, place))

    def of_reader(self, subscriber_id: str, *, limit: int) -> tuple[Feedback, ...]:
        """Return a reader's votes, newest first: all of them are read for that."""
        found = [
            Feedback(
                subscriber_id=subscriber_id,
                paper_id=item["sk"].removeprefix("V#"),
                vote=Vote(item["vote"]),
                at=from_instant(item["at"]),
            )
            for item in self._people.of_reader(subscriber_id, "V#")
        ]
        found.sort(key=lambda vote: vote.paper_id)
        found.sort(key=lambda vote: vote.at, reverse=True)
        return tuple(found[:limit])


def vote_key(subscriber_id: str, paper_id: str) -> Item:
    """Return the key of a vote."""
    return key(reader_pk(subscriber_id), f"V#{paper_id}")
