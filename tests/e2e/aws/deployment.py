"""A whole deployment on loopback: emulated AWS, SES, arXiv, and functions as processes."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import boto3

from newsletter.stores.dynamodb.client import Link
from newsletter.stores.dynamodb.store import DynamoStore, open_store
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_ses import Accepted, FakeSes
from tests.servers.fake_ses_events import in_sns, make_event
from tests.servers.lambda_runtime import FunctionDiedError, LambdaFunction
from tests.servers.moto_server import ENVIRONMENT, REGION, MotoServer
from tests.servers.moto_stack import PARAMETERS, Stack, load_stack

SECRETS: Final = {"token_keys": "kV3-x9QmT7_rB2zLp8Wd", "address_key": "nH5-c1YsE6_gJ4uKf0Aq"}
DOMAIN: Final = "papers.real-name.io"
OURS: Final = {
    "Domain": DOMAIN,
    "SenderAddress": f"digest@{DOMAIN}",
    "ReplyTo": f"people@{DOMAIN}",
    "PostalAddress": "Test Street 2, 54321 Test Town",
}
VISIBLE_S: Final = 120
EMPTY_LOOKS: Final = 3
AT_ONCE: Final = 10


@dataclass(kw_only=True)
class Deployment:
    """What was deployed, and how to press its buttons.

    Attributes:
        workers: processes of ``deliver``.
        doubled: of how many messages one comes twice; 0 for none.
        kills: how often a worker died; ``messages`` is how many were carried.
        prepared, requests: notes of whoever lives the day.
    """

    moto: MotoServer
    ses: FakeSes
    arxiv: FakeArxiv
    stack: Stack
    folder: Path
    environ: Mapping[str, str]
    functions: dict[str, LambdaFunction] = field(default_factory=dict)
    workers: list[LambdaFunction] = field(default_factory=list)
    doubled: int = 0
    kills: int = 0
    messages: int = 0
    prepared: list[str] = field(default_factory=list)
    requests: int = 0
    _told: set[str] = field(default_factory=set)
    _queue: threading.Lock = field(default_factory=threading.Lock)

    @property
    def recording(self) -> Path:
        """Where the calls of all functions are written to."""
        return self.folder / "calls.jsonl"

    def call(self, function: str, event: Any = None, *, timeout_s: float = 120.0) -> Any:
        """Invoke a function."""
        return self.functions[function].invoke(event or {}, timeout_s=timeout_s)

    def call_at(self, function: str, at: datetime) -> Any:
        """Invoke a function for a scheduled time."""
        return self.call(function, {"scheduled_at": at.isoformat().replace("+00:00", "Z")})

    def open_store(self) -> DynamoStore:
        """Open the store from here."""
        return open_store(
            Link(region=REGION, endpoint_url=self.moto.url),
            table=self.stack.names["MainTable"],
            ledger_table=self.stack.names["LedgerTable"],
            address_key=SECRETS["address_key"].encode(),
        )

    def sdk(self, service: str) -> Any:
        """Return a client of the emulated AWS."""
        return boto3.client(service, endpoint_url=self.moto.url, region_name=REGION)

    def pump(self) -> None:
        """Carry messages to the workers, as Lambda does, until the queue is empty."""
        pumps = [threading.Thread(target=self._pump, args=[each]) for each in self.workers]
        for thread in pumps:
            thread.start()
        for thread in pumps:
            thread.join()

    def tell_events(self, *, wrapped: bool = False) -> Mapping[str, Any]:
        """Let SES tell of all mails that it has not told of yet; return the last answer."""
        new = [mail for mail in self.ses.outbox if mail.message_id not in self._told]
        answer: Mapping[str, Any] = {}
        for start in range(0, len(new), 100):
            mails = new[start : start + 100]
            bodies = [self._body(mail, wrapped=wrapped) for mail in mails]
            answer = self.call("events", {"Records": [record(body) for body in bodies]})
            self._told.update(mail.message_id for mail in mails)
        return answer

    def mails(self) -> Counter[str]:
        """Count the accepted mails by recipient."""
        return Counter(mail.recipients[0] for mail in self.ses.outbox)

    def dead_letters(self) -> list[str]:
        """Return the messages that nobody could deliver."""
        url = self.stack.queue_urls["ParcelDeadLetters"]
        reply = self.sdk("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in reply.get("Messages", ())]

    def _body(self, mail: Accepted, *, wrapped: bool) -> str:
        event = make_event("Delivery", mail)
        return in_sns(event) if wrapped else json.dumps(event)

    def _pump(self, worker: LambdaFunction) -> None:
        sqs, url = self.sdk("sqs"), self.stack.queue_urls["ParcelQueue"]
        empty = 0
        while empty < EMPTY_LOOKS:
            with self._queue:  # moto's queues are not made for several hands at once
                reply = sqs.receive_message(QueueUrl=url, VisibilityTimeout=VISIBLE_S)
            messages = reply.get("Messages", ())
            empty = 0 if messages or self._is_busy(sqs, url) else empty + 1
            for message in messages:
                self._carry(worker, message, sqs, url)
            if not messages:
                time.sleep(0.05)

    def _is_busy(self, sqs: Any, url: str) -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return any(int(attributes[name]) for name in names)

    def _carry(self, worker: LambdaFunction, message: Any, sqs: Any, url: str) -> None:
        self.messages += 1
        receipt = message["ReceiptHandle"]
        event = {"Records": [record(message["Body"], message["MessageId"])]}
        try:
            answer = worker.invoke(event)
            if self.doubled and self.messages % self.doubled == 0:
                worker.invoke(event)
        except FunctionDiedError:
            self.kills += 1
            answer = {"batchItemFailures": [{"itemIdentifier": message["MessageId"]}]}
        if answer["batchItemFailures"]:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=receipt)


@contextmanager
def deployed(
    moto: MotoServer,
    folder: Path,
    *,
    workers: int = 1,
    failpoints: Sequence[Iterable[str]] = (),
    **settings: str,
) -> Iterator[Deployment]:
    """Deploy the template; ``failpoints`` are those of each worker's processes."""
    with ExitStack() as stack:
        ses, arxiv = stack.enter_context(FakeSes()), stack.enter_context(FakeArxiv())
        made = load_stack(moto.url, {**PARAMETERS, **OURS})
        environ = {
            **ENVIRONMENT,
            "AWS_REGION": REGION,
            **made.environment,
            "NEWSLETTER_AWS__ENDPOINT_URL": moto.url,
            "NEWSLETTER_MAILER__ENDPOINT_URL": ses.url,
            "NEWSLETTER_MAILER__REGION": REGION,
            "NEWSLETTER_ARXIV__FEED_URL": arxiv.feed_url,
            "NEWSLETTER_ARXIV__LISTING_URL": arxiv.listing_url,
            "NEWSLETTER_ARXIV__SEARCH_URL": arxiv.search_url,
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
            "NEWSLETTER_WEB__URL": f"https://{DOMAIN}",
            **settings,
        }
        ses.account.configuration_sets[environ["NEWSLETTER_MAILER__CONFIGURATION_SET"]] = []
        ses.account.max_per_second = 100.0
        deployment = Deployment(
            moto=moto, ses=ses, arxiv=arxiv, stack=made, folder=folder, environ=environ
        )
        _put_secrets(deployment)
        _unplug(deployment)
        for name in ("prepare", "fanout", "events", "post", "web"):
            function = _function(deployment, name, ())
            deployment.functions[name] = stack.enter_context(function)
        for number in range(workers):
            kills = failpoints[number] if number < len(failpoints) else ()
            function = _function(deployment, "deliver", kills)
            deployment.workers.append(stack.enter_context(function))
        deployment.functions["deliver"] = deployment.workers[-1]
        yield deployment


def _function(deployment: Deployment, name: str, kills: Iterable[str]) -> LambdaFunction:
    return LambdaFunction(
        f"newsletter.aws.{name}",
        deployment.environ,
        recording=deployment.recording,
        log=deployment.folder / f"{name}.log",
        failpoints=kills,
    )


def _put_secrets(deployment: Deployment) -> None:
    ssm, path = deployment.sdk("ssm"), deployment.environ["NEWSLETTER_AWS__PARAMETERS"]
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString", Overwrite=True)


def _unplug(deployment: Deployment) -> None:
    """Take the queues from moto's own functions, which cannot run: ours are pumped to."""
    functions = deployment.sdk("lambda")
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=each["UUID"], Enabled=False)


def record(body: str, message_id: str = "") -> dict[str, Any]:
    """Return a message as SQS hands it to a function."""
    return {
        "messageId": message_id or f"{abs(hash(body)):x}",
        "receiptHandle": "receipt",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "awsRegion": REGION,
    }


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)
