"""DynamoDB refuses, a bundle is gone, events come wrapped: nothing is lost, nothing doubled."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from newsletter.model import DeliveryState
from tests.e2e.aws.announcing import announce_today, readers_at
from tests.e2e.aws.deployment import Deployment, deployed, record
from tests.servers.fake_ses_events import in_sns, make_event
from tests.servers.moto_server import running_moto

READERS = 6
MOST_TRIES = 12
"""Refusals in a row, of each operation: more than all tries of all parts of one invocation."""


class Day:
    """A deployment with one parcel in its queue."""

    def __init__(self, made: Deployment) -> None:
        self.made = made
        day, at = announce_today(made)
        self.issue_id = f"{day}-daily"
        with made.open_store() as store:
            store.subscribers.add_all(readers_at(READERS, hours=(7,)))
        made.call_at("prepare", at)
        made.call_at("fanout", at + timedelta(hours=12))
        url = made.stack.queue_urls["ParcelQueue"]
        (message,) = made.sdk("sqs").receive_message(QueueUrl=url)["Messages"]
        self.parcel: str = message["Body"]

    def deliver(self) -> list[str]:
        """Hand the parcel over; return the messages that shall come again."""
        answer = self.made.call("deliver", {"Records": [record(self.parcel, "one")]})
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def states(self) -> dict[DeliveryState, int]:
        with self.made.open_store() as store:
            return dict(store.ledger.count_by_state(self.issue_id))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        folder = tmp_path_factory.mktemp("faults")
        with running_moto() as moto, deployed(moto, folder) as made:
            yield Day(made)


def test_a_bundle_that_is_gone_lets_its_parcel_come_again(day: Day) -> None:
    s3, bucket = day.made.sdk("s3"), day.made.environ["NEWSLETTER_AWS__BUNDLE_BUCKET"]
    files = s3.list_objects_v2(Bucket=bucket)["Contents"]
    kept = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"]) for each in files}
    contents = {key: reply["Body"].read() for key, reply in kept.items()}
    for key in contents:
        s3.delete_object(Bucket=bucket, Key=key)
    assert day.deliver() == ["one"]
    for key, content in contents.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    assert not day.made.ses.outbox


def test_a_table_that_is_too_busy_lets_the_parcel_come_again(day: Day) -> None:
    for operation in ("TransactWriteItems", "Query", "GetItem", "BatchGetItem"):
        day.made.moto.fail(operation, *["throttle"] * MOST_TRIES)
    assert day.deliver() == ["one"]
    day.made.moto.forget()
    assert not day.made.ses.outbox


def test_a_table_that_is_busy_for_a_moment_loses_nobody_and_nobody_gets_two(day: Day) -> None:
    day.made.moto.fail("TransactWriteItems", "throttle", "replayed", "ok", "conflict", "lost")
    day.made.moto.fail("BatchGetItem", "unprocessed", "throttle")
    for _ in range(3):
        if not day.deliver():
            break
    assert not day.deliver()
    day.made.moto.forget()
    assert day.states() == {DeliveryState.SENT: READERS}
    assert sorted(day.made.mails().values()) == [1] * READERS


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_events_are_taken_raw_and_in_the_envelope_of_sns(day: Day, *, is_wrapped: bool) -> None:
    mail = day.made.ses.outbox[int(is_wrapped)]
    event = make_event("Delivery", mail)
    body = in_sns(event) if is_wrapped else json.dumps(event)
    before = day.states().get(DeliveryState.DELIVERED, 0)
    for _ in range(2):
        assert _tell(day, body) == {"batchItemFailures": []}
    assert day.states()[DeliveryState.DELIVERED] == before + 1


def test_events_come_again_when_the_table_is_too_busy(day: Day) -> None:
    body = json.dumps(make_event("Delivery", day.made.ses.outbox[2]))
    for operation in ("TransactWriteItems", "BatchGetItem", "Query"):
        day.made.moto.fail(operation, *["throttle"] * MOST_TRIES)
    assert _tell(day, body) == {"batchItemFailures": [{"itemIdentifier": "an event"}]}
    day.made.moto.forget()
    assert _tell(day, body) == {"batchItemFailures": []}
    assert day.states()[DeliveryState.DELIVERED] == 3


def _tell(day: Day, body: str) -> Any:
    return day.made.call("events", {"Records": [record(body, "an event")]})
