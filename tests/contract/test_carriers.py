"""Queues of work and files of issues: what each kind of them must do, and what can go wrong."""

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from newsletter.carriers.folder import FolderBundles
from newsletter.carriers.memory import MemoryQueue
from newsletter.carriers.parameters import read_parameters
from newsletter.carriers.s3 import S3Bundles
from newsletter.carriers.sqs import SqsParcelQueue
from newsletter.errors import BundleError, ConfigurationError, ParcelQueueError
from newsletter.ports import BundleStore, ParcelQueue
from tests.servers.moto_server import REGION, MotoServer

Taken = Callable[[], Sequence[str]]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def sdk(moto_server: MotoServer) -> Callable[[str], Any]:
    import boto3

    return lambda service: boto3.client(service, endpoint_url=moto_server.url, region_name=REGION)


@pytest.fixture
def sqs_url(sdk: Callable[[str], Any], tmp_path: Path) -> str:
    url: str = sdk("sqs").create_queue(QueueName=f"carriers-{tmp_path.name}"[:80])["QueueUrl"]
    return url


@pytest.fixture
def sqs(sqs_url: str, moto_server: MotoServer) -> SqsParcelQueue:
    return SqsParcelQueue(sqs_url, region=REGION, endpoint_url=moto_server.url)


class TestParcelQueue:
    @pytest.fixture(params=["memory", "sqs"])
    def queue_and_taken(
        self, request: pytest.FixtureRequest
    ) -> tuple[ParcelQueue, Callable[[], Sequence[str]]]:
        if request.param == "memory":
            memory = MemoryQueue()
            return memory, lambda: tuple(memory.take_all())
        queue: SqsParcelQueue = request.getfixturevalue("sqs")
        client = request.getfixturevalue("sdk")("sqs")
        url = request.getfixturevalue("sqs_url")
        return queue, lambda: _taken(client, url)

    def test_all_messages_are_there_when_the_call_returns(
        self, queue_and_taken: tuple[ParcelQueue, Taken]
    ) -> None:
        queue, taken = queue_and_taken
        messages = [f"parcel {number} – ü" for number in range(23)]
        queue.put_all(messages)
        assert sorted(taken()) == sorted(messages)

    def test_nothing_is_put_in_and_nothing_comes_out(
        self, queue_and_taken: tuple[ParcelQueue, Taken]
    ) -> None:
        queue, taken = queue_and_taken
        queue.put_all([])
        assert list(taken()) == []

    def test_the_largest_messages_fit_though_not_together(
        self, queue_and_taken: tuple[ParcelQueue, Taken]
    ) -> None:
        queue, taken = queue_and_taken
        queue.put_all(["a" * 250_000, "b" * 250_000, "c"])
        assert sorted(map(len, taken())) == [1, 250_000, 250_000]


class TestSqsFaults:
    def test_what_is_refused_is_put_in_again_alone(self, sqs: SqsParcelQueue) -> None:
        seen = _answer(sqs, [[0, 2], [1]])
        sqs.put_all(["a", "b", "c"])
        assert seen == [["a", "b", "c"], ["b"]]

    def test_what_is_refused_for_good_is_told(self, sqs: SqsParcelQueue) -> None:
        _answer(sqs, [[0]] + [[]] * 9)
        with pytest.raises(ParcelQueueError, match="1 messages"):
            sqs.put_all(["a", "b"])

    def test_a_queue_that_is_not_there_needs_somebody(self, moto_server: MotoServer) -> None:
        url = f"{moto_server.url}/123456789012/nobodys"
        queue = SqsParcelQueue(url, region=REGION, endpoint_url=moto_server.url)
        with pytest.raises(ConfigurationError, match=r"aws\.queue_url"):
            queue.put_all(["a"])

    def test_a_queue_that_does_not_answer_may_do_so_later(
        self, sqs_url: str, monkeypatch: pytest.MonkeyPatch, moto_server: MotoServer
    ) -> None:
        queue = SqsParcelQueue(sqs_url, region=REGION, endpoint_url=NOWHERE)
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        with pytest.raises(ParcelQueueError, match="now"):
            queue.put_all(["a"])


class TestBundleStore:
    @pytest.fixture(params=["folder", "s3"])
    def bundles(self, request: pytest.FixtureRequest, tmp_path: Path) -> BundleStore:
        if request.param == "folder":
            return FolderBundles(tmp_path / "made" / "bundles")
        bucket: str = request.getfixturevalue("bucket")
        server: MotoServer = request.getfixturevalue("moto_server")
        return S3Bundles(bucket, region=REGION, endpoint_url=server.url)

    def test_what_was_written_is_read(self, bundles: BundleStore) -> None:
        bundles.put("2026-11-20-daily.v1.abc.json.gz", b"\x00content")
        assert bundles.get("2026-11-20-daily.v1.abc.json.gz") == b"\x00content"

    def test_writing_again_is_the_same(self, bundles: BundleStore) -> None:
        for _ in range(2):
            bundles.put("twice.gz", b"content")
        assert bundles.get("twice.gz") == b"content"

    def test_what_is_missing_is_named_with_what_to_do(self, bundles: BundleStore) -> None:
        with pytest.raises(BundleError, match=r"none\.gz.* missing.*prepare the issue again"):
            bundles.get("none.gz")


@pytest.fixture
def bucket(sdk: Callable[[str], Any]) -> str:
    name = f"carriers-{secrets.token_hex(6)}"
    where = {"LocationConstraint": REGION}
    sdk("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return name


class TestBundleFaults:
    def test_a_bucket_that_is_not_there_needs_somebody(self, moto_server: MotoServer) -> None:
        bundles = S3Bundles("nobodys-bucket", region=REGION, endpoint_url=moto_server.url)
        with pytest.raises(ConfigurationError, match=r"aws\.bundle_bucket"):
            bundles.put("a.gz", b"content")
        with pytest.raises(ConfigurationError, match=r"aws\.bundle_bucket"):
            bundles.get("a.gz")

    def test_a_folder_that_is_a_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("no folder", encoding="utf-8")
        with pytest.raises(BundleError, match="cannot be written"):
            FolderBundles(tmp_path / "file").put("a.gz", b"content")

    @pytest.mark.parametrize("name", ["../out.gz", "/etc/passwd", "", ".hidden", "a/b"])
    def test_no_name_leads_out_of_the_folder(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(BundleError, match="no name"):
            FolderBundles(tmp_path).put(name, b"content")


class TestParameters:
    def test_those_that_are_there_become_settings(
        self, sdk: Callable[[str], Any], moto_server: MotoServer
    ) -> None:
        for name in ("token_keys", "address_key"):
            sdk("ssm").put_parameter(Name=f"/carriers/{name}", Value=name, Type="SecureString")
        found = read_parameters("/carriers", region=REGION, endpoint_url=moto_server.url)
        assert found == {"secrets.token_keys": "token_keys", "secrets.address_key": "address_key"}

    def test_one_that_is_needed_and_missing_is_named(
        self, sdk: Callable[[str], Any], moto_server: MotoServer
    ) -> None:
        sdk("ssm").put_parameter(Name="/half/token_keys", Value="x", Type="SecureString")
        with pytest.raises(ConfigurationError, match="/half/address_key is missing"):
            read_parameters("/half", region=REGION, endpoint_url=moto_server.url)

    def test_one_that_may_not_be_read_is_told(
        self, monkeypatch: pytest.MonkeyPatch, moto_server: MotoServer
    ) -> None:
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        with pytest.raises(ConfigurationError, match="check the network"):
            read_parameters("/carriers", region=REGION, endpoint_url=NOWHERE)


def _taken(client: Any, url: str) -> Sequence[str]:
    found: list[str] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [each["Body"] for each in messages]
        for each in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def _answer(queue: SqsParcelQueue, taken: Sequence[Sequence[int]]) -> list[list[str]]:
    """Let SQS take only those of these ids, request by request; return what it was asked."""
    seen: list[list[str]] = []
    answers = iter(taken)

    def answer(request: Any, **_rest: object) -> AWSResponse:
        entries = json.loads(request.body)["Entries"]
        seen.append([each["MessageBody"] for each in entries])
        ids = next(answers)
        ok = [{"Id": str(each), "MessageId": "m", "MD5OfMessageBody": ""} for each in ids]
        failed = [
            {"Id": each["Id"], "SenderFault": False, "Code": "InternalError"}
            for each in entries
            if int(each["Id"]) not in ids
        ]
        body = json.dumps({"Successful": ok, "Failed": failed}).encode()
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return _Whole(request.url, 200, headers, body)

    queue._sdk.meta.events.register("before-send.sqs.SendMessageBatch", answer)
    return seen


class _Whole(AWSResponse):  # type: ignore[misc] # botocore has no types
    """A response whose body was read already."""

    def __init__(self, url: str, status: int, headers: Any, body: bytes) -> None:
        super().__init__(url, status, headers, None)
        self._content = body
