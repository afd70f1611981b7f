"""The queue into which SES events run: Amazon SQS."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from newsletter.errors import ConfigurationError
from newsletter.mailers.sqs_errors import read_error
from newsletter.model import QueueMessage

MOST_AT_ONCE: Final = 10
LONGEST_WAIT_S: Final = 20
MARGIN_S: Final = 10
TRIES: Final = 3
SDK_ERRORS: Final = (BotoCoreError, ClientError, ResponseParserError)
_REGION: Final = re.compile(r"https://(?:sqs\.)?([a-z]{2,8}(?:-[a-z0-9]+){1,4})\.")


class SqsQueue:
    """``ports.EventQueue`` on Amazon SQS."""

    def __init__(
        self, queue_url: str, *, endpoint_url: str | None = None, tries: int = TRIES
    ) -> None:
        """Make the client; nothing is asked yet.

        Args:
            queue_url: as SQS gives it; the region is read from it.
            endpoint_url: another address to talk to, for tests.
            tries: how often the SDK asks before it gives up; asking again does no harm here.

        Raises:
            ConfigurationError: region or address make no sense.
        """
        self._url = queue_url
        self._sdk = _connect(queue_url, endpoint_url=endpoint_url, tries=tries)

    def receive(self, limit: int, *, wait_s: int) -> tuple[QueueMessage, ...]:
        """Return up to ``limit`` messages, at most 10; wait up to 20 s for the first one."""
        try:
            reply = self._sdk.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=max(1, min(limit, MOST_AT_ONCE)),
                WaitTimeSeconds=max(0, min(wait_s, LONGEST_WAIT_S)),
            )
        except SDK_ERRORS as error:
            raise read_error(error) from error
        return tuple(_messages(reply))

    def delete(self, messages: Sequence[QueueMessage]) -> int:
        """Delete messages; return how many could not be: they come again."""
        failed = 0
        for start in range(0, len(messages), MOST_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt}
                for number, message in enumerate(messages[start:][:MOST_AT_ONCE])
            ]
            failed += self._delete(entries)
        return failed

    def close(self) -> None:
        """Close the connections."""
        self._sdk.close()

    def _delete(self, entries: Sequence[Mapping[str, str]]) -> int:
        try:
            reply = self._sdk.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except SDK_ERRORS as error:
            raise read_error(error) from error
        # Only what is named counts: an answer that was cut short, or is none of SQS's, has nobody.
        deleted = reply.get("Successful")
        return max(0, len(entries) - (len(deleted) if isinstance(deleted, list) else 0))


class _Sdk(Protocol):
    """What we use of the client that the SDK makes at run time."""

    def receive_message(self, **fields: object) -> Mapping[str, object]: ...

    def delete_message_batch(self, **fields: object) -> Mapping[str, object]: ...

    def close(self) -> None: ...


def _messages(reply: Mapping[str, object]) -> Iterator[QueueMessage]:
    listed = reply.get("Messages")
    for each in listed if isinstance(listed, list) else ():
        match each:
            case {"ReceiptHandle": str() as receipt, **rest}:
                yield QueueMessage(body=str(rest.get("Body", "")), receipt=receipt)


def _connect(queue_url: str, *, endpoint_url: str | None, tries: int) -> _Sdk:
    settings = Config(
        connect_timeout=3.0,
        read_timeout=LONGEST_WAIT_S + MARGIN_S,
        retries={"total_max_attempts": tries, "mode": "standard"},
        user_agent_extra="arxiv-newsletter",
    )
    region = _REGION.match(queue_url)
    try:
        session = boto3.session.Session(region_name=region[1] if region else None)
        sdk: _Sdk = session.client("sqs", endpoint_url=endpoint_url, config=settings)
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(
            f"--queue: cannot set up SQS: {error}; give the queue's whole URL, such as "
            "https://sqs.eu-west-1.amazonaws.com/123456789012/events"
        ) from error
    return sdk
