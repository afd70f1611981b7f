"""Amazon SQS, as far as pulling events needs it: real HTTP on loopback, faults by script.

Protocol: AWS JSON 1.0, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
"""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from types import TracebackType
from typing import Any, Self

from tests.servers.fake_ses_http import HttpServer, Reply, Request, Wire

TARGET = "x-amz-target"
QUEUE = "/123456789012/events"


@dataclass(slots=True, kw_only=True)
class Message:
    """A message of the queue.

    Attributes:
        receipt: of the last reception; empty while it was never received.
        is_lent: received, and neither deleted nor given back.
        receptions: how often it was received.
    """

    id: str
    body: str
    receipt: str = ""
    is_lent: bool = False
    receptions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a call gets instead of its answer."""

    status: int = 400
    code: str = ""
    wire: Wire = Wire.REPLY

    def reply(self) -> Reply:
        body = json.dumps({"__type": f"com.amazonaws.sqs#{self.code}", "message": "By script."})
        return Reply(status=self.status, body=body.encode(), wire=self.wire)


class FakeSqs:
    """Serve one queue on loopback while the context lasts.

    Attributes:
        messages: what is in the queue, lent ones too.
        calls: the operations that were asked for, in order.
        waits: the seconds that receptions asked to wait.
        undeletable: how many of the next deletions fail.
        waiting: set while a reception waits for a message.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.calls: list[str] = []
        self.waits: list[int] = []
        self.undeletable = 0
        self.waiting = threading.Event()
        self._faults: deque[Fault] = deque()
        self._changed = threading.Condition()
        self._http = HttpServer(self._answer)
        self._number = 0

    @property
    def url(self) -> str:
        return self._http.url

    @property
    def queue_url(self) -> str:
        return self.url + QUEUE

    def put(self, *bodies: str) -> None:
        with self._changed:
            for body in bodies:
                self._number += 1
                self.messages.append(Message(id=f"message-{self._number}", body=body))
            self._changed.notify_all()

    def give_back(self) -> None:
        """Let time pass: what was received and not deleted can be received again."""
        with self._changed:
            for message in self.messages:
                message.is_lent = False

    def script(self, *faults: Fault) -> None:
        """Let the next calls go like this."""
        self._faults.extend(faults)

    def __enter__(self) -> Self:
        self._http.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._http.closing.set()
            self._changed.notify_all()
        self._http.stop()

    def _answer(self, request: Request) -> Reply:
        operation = request.headers.get(TARGET, "").removeprefix("AmazonSQS.")
        asked = json.loads(request.body)
        self.calls.append(operation)
        if self._faults:
            return self._faults.popleft().reply()
        if not asked["QueueUrl"].endswith(QUEUE):
            return Fault(code="QueueDoesNotExist").reply()
        if operation == "ReceiveMessage":
            return Reply.of(self._receive(asked))
        return Reply.of(self._delete(asked))

    def _receive(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        limit, wait_s = asked["MaxNumberOfMessages"], asked["WaitTimeSeconds"]
        self.waits.append(wait_s)
        with self._changed:
            self.waiting.set()
            self._changed.wait_for(lambda: self._free() or self._http.closing.is_set(), wait_s)
            self.waiting.clear()
            return {"Messages": [self._lend(message) for message in self._free()[:limit]]}

    def _free(self) -> list[Message]:
        return [message for message in self.messages if not message.is_lent]

    def _lend(self, message: Message) -> dict[str, Any]:
        message.is_lent = True
        message.receptions += 1
        message.receipt = f"{message.id} reception {message.receptions}"
        return {
            "MessageId": message.id,
            "ReceiptHandle": message.receipt,
            "MD5OfBody": md5(message.body.encode(), usedforsecurity=False).hexdigest(),
            "Body": message.body,
        }

    def _delete(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        done, failed = [], []
        with self._changed:
            for entry in asked["Entries"]:
                if self.undeletable:
                    self.undeletable -= 1
                    failed.append({"Id": entry["Id"], "SenderFault": False, "Code": "Internal"})
                    continue
                receipt = entry["ReceiptHandle"]
                self.messages = [each for each in self.messages if each.receipt != receipt]
                done.append({"Id": entry["Id"]})
        return {"Successful": done, "Failed": failed}
