"""The queue of events over real HTTP, and every error it can answer with."""

import threading
from collections.abc import Iterator

import boto3
import botocore.exceptions
import pytest

from newsletter.errors import ConfigurationError, EventQueueError
from newsletter.mailers.sqs import MOST_AT_ONCE, SqsQueue
from newsletter.mailers.sqs_errors import FIXES, read_error
from newsletter.model import QueueMessage
from tests.servers.fake_ses_http import Wire
from tests.servers.fake_sqs import FakeSqs, Fault

PASSES_BY_ITSELF = {"RequestThrottled", "OverLimit", "KmsThrottled"}
OUR_MISTAKE = {
    "BatchEntryIdsNotDistinct",
    "EmptyBatchRequest",
    "InvalidBatchEntryId",
    "TooManyEntriesInBatchRequest",
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/nonexistent"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture
def sqs() -> Iterator[FakeSqs]:
    with FakeSqs() as server:
        yield server


@pytest.fixture
def queue(sqs: FakeSqs) -> Iterator[SqsQueue]:
    opened = SqsQueue(sqs.queue_url, endpoint_url=sqs.url, tries=1)
    yield opened
    opened.close()


def test_what_was_received_is_lent_until_it_is_deleted(sqs: FakeSqs, queue: SqsQueue) -> None:
    sqs.put("one", "two")
    received = queue.receive(10, wait_s=0)
    assert [message.body for message in received] == ["one", "two"]
    assert queue.receive(10, wait_s=0) == ()
    assert queue.delete(received[:1]) == 0
    sqs.give_back()
    assert [message.body for message in queue.receive(10, wait_s=0)] == ["two"]


def test_no_more_is_asked_for_than_sqs_gives(sqs: FakeSqs, queue: SqsQueue) -> None:
    sqs.put(*map(str, range(15)))
    assert len(queue.receive(99, wait_s=99)) == MOST_AT_ONCE
    assert sqs.waits == [20]
    assert len(queue.receive(3, wait_s=0)) == 3


def test_it_waits_for_a_message(sqs: FakeSqs, queue: SqsQueue) -> None:
    def put() -> None:
        assert sqs.waiting.wait(10)
        sqs.put("late")

    later = threading.Thread(target=put)
    later.start()
    assert [message.body for message in queue.receive(1, wait_s=20)] == ["late"]
    later.join()


def test_many_are_deleted_ten_at_a_time(sqs: FakeSqs, queue: SqsQueue) -> None:
    sqs.put(*map(str, range(25)))
    received = [each for _ in range(3) for each in queue.receive(10, wait_s=0)]
    sqs.undeletable = 2
    sqs.calls.clear()
    assert queue.delete(received) == 2
    assert sqs.calls == ["DeleteMessageBatch"] * 3
    assert len(sqs.messages) == 2


@pytest.mark.parametrize("code", sorted(FIXES))
def test_what_somebody_must_set_right_says_how(sqs: FakeSqs, queue: SqsQueue, code: str) -> None:
    sqs.script(Fault(code=code, status=403))
    with pytest.raises(ConfigurationError) as raised:
        queue.receive(1, wait_s=0)
    assert FIXES[code] in str(raised.value)
    assert sqs.calls == ["ReceiveMessage"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(code="RequestThrottled"),
        Fault(code="SomethingNew"),
        Fault(code="InternalError", status=500),
        Fault(code="ServiceUnavailable", status=503),
        Fault(wire=Wire.RESET),
        Fault(wire=Wire.CLOSE),
    ],
    ids=str,
)
def test_what_passes_by_itself_can_be_tried_again(
    sqs: FakeSqs, queue: SqsQueue, fault: Fault
) -> None:
    sqs.script(fault, fault)
    with pytest.raises(EventQueueError, match="nothing is lost"):
        queue.receive(1, wait_s=0)
    with pytest.raises(EventQueueError, match="nothing is lost"):
        queue.delete([QueueMessage(body="", receipt="x")])


def test_an_answer_that_is_cut_short_deletes_nothing(sqs: FakeSqs, queue: SqsQueue) -> None:
    cut = Fault(status=200, wire=Wire.CUT)
    sqs.script(cut, cut)
    assert queue.receive(1, wait_s=0) == ()
    assert queue.delete([QueueMessage(body="", receipt="x")]) == 1


def test_a_passing_fault_is_tried_again_by_the_sdk(sqs: FakeSqs) -> None:
    sqs.script(Fault(code="InternalError", status=500))
    sqs.put("one")
    queue = SqsQueue(sqs.queue_url, endpoint_url=sqs.url, tries=2)
    assert len(queue.receive(1, wait_s=0)) == 1
    queue.close()


def test_another_queue_does_not_exist(sqs: FakeSqs) -> None:
    queue = SqsQueue(f"{sqs.url}/123456789012/other", endpoint_url=sqs.url, tries=1)
    with pytest.raises(ConfigurationError, match="check the URL"):
        queue.receive(1, wait_s=0)
    queue.close()


def test_without_credentials_nobody_is_asked(sqs: FakeSqs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    queue = SqsQueue(sqs.queue_url, endpoint_url=sqs.url, tries=1)
    with pytest.raises(ConfigurationError, match="give AWS credentials"):
        queue.receive(1, wait_s=0)
    assert sqs.calls == []
    queue.close()


def test_without_a_region_the_url_must_tell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(ConfigurationError, match="the queue's whole URL"):
        SqsQueue("https://queue.example.org/1/events")
    SqsQueue("https://sqs.eu-west-1.amazonaws.com/123456789012/events").close()


def test_every_error_of_sqs_is_known() -> None:
    """New ones in a newer SDK must be looked at: do they pass by themselves?"""
    model = boto3.session.Session(region_name="eu-west-1").client("sqs").meta.service_model
    shapes = {
        shape.name
        for operation in ("ReceiveMessage", "DeleteMessageBatch")
        for shape in model.operation_model(operation).error_shapes
    }
    assert shapes <= {*FIXES, *PASSES_BY_ITSELF, *OUR_MISTAKE}


def test_an_error_without_connection_passes() -> None:
    error = botocore.exceptions.EndpointConnectionError(endpoint_url="https://sqs.example.org")
    assert isinstance(read_error(error), EventQueueError)
