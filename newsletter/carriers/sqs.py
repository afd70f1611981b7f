"""The queue of work on Amazon SQS."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from newsletter.carriers.aws_client import SDK_ERRORS, connect, needs_somebody
from newsletter.errors import ConfigurationError, ParcelQueueError

MOST_AT_ONCE: Final = 10
MOST_BYTES: Final = 250_000
"""Of all messages of one request; SQS takes 262,144."""
TRIES: Final = 3


class SqsParcelQueue:
    """``fanout_ports.ParcelQueue`` on Amazon SQS."""

    def __init__(
        self, queue_url: str, *, region: str | None = None, endpoint_url: str | None = None
    ) -> None:
        self._url = queue_url
        self._sdk = connect("sqs", region=region, endpoint_url=endpoint_url)

    def put_all(self, messages: Sequence[str]) -> None:
        """Put messages in, up to ten in a request.

        Raises:
            ParcelQueueError: some may not be in it.
            ConfigurationError: there is no such queue, or we may not write to it.
        """
        for portion in _portions(messages):
            self._put(dict(enumerate(portion)))

    def _put(self, left: Mapping[int, str]) -> None:
        for _ in range(TRIES):
            left = self._refused(left)
            if not left:
                return
        raise ParcelQueueError(f"the queue does not take {len(left)} messages now: try again later")

    def _refused(self, messages: Mapping[int, str]) -> Mapping[int, str]:
        """Send one request; return the messages that are not said to be in the queue."""
        entries = [{"Id": str(number), "MessageBody": body} for number, body in messages.items()]
        try:
            reply = self._sdk.send_message_batch(QueueUrl=self._url, Entries=entries)
        except SDK_ERRORS as error:
            if needs_somebody(error):
                raise ConfigurationError(
                    f"aws.queue_url: the queue cannot be written to ({error}): see that it is "
                    "there, and that this role may sqs:SendMessage"
                ) from error
            raise ParcelQueueError(f"the queue cannot be written to now: {error}") from error
        taken = {str(each.get("Id")) for each in reply.get("Successful", ())}
        return {number: body for number, body in messages.items() if str(number) not in taken}


def _portions(messages: Sequence[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    size = 0
    for message in messages:
        length = len(message.encode())
        if portion and (len(portion) == MOST_AT_ONCE or size + length > MOST_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += length
    if portion:
        yield portion
