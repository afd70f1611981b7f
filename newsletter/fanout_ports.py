"""What the fan-out needs from outside; part of ``ports``."""

from collections.abc import Sequence
from typing import Protocol


class ParcelQueue(Protocol):
    """Take work for others to do; each message is delivered once or more, in any order."""

    def put_all(self, messages: Sequence[str]) -> None:
        """Put messages in, of up to 250,000 bytes each; all are kept when the call returns.

        Raises:
            ParcelQueueError: some may not be in it; those that are do no harm twice.
            ConfigurationError: somebody has to set something right first.
        """


class BundleStore(Protocol):
    """Keep what belongs to an issue as files that never change."""

    def put(self, name: str, content: bytes) -> None:
        """Write a file, readable as soon as the call returns; the same name has the same content.

        Raises:
            BundleError: it cannot be written now.
        """

    def get(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            BundleError: there is none, or it cannot be read now.
        """
