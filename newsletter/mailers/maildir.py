"""Hand mails over to a folder: one ``.eml`` file each, which any mail program opens."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parseaddr
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from newsletter.errors import MailerStoppedError
from newsletter.mailers.envelope import check_envelope
from newsletter.model import Envelope, Receipt
from newsletter.ports import Clock

MAX_HEADER_BYTES: Final = 16_384


class MaildirMailer:
    """``ports.Mailer`` that writes files named after the delivery.

    A file appears whole or not at all. A second mail of the same delivery does not replace the
    first but stands beside it (``ID.2.eml``), so that a repeat can be seen.
    """

    def __init__(
        self, folder: Path | str, *, clock: Clock | None = None, is_durable: bool = True
    ) -> None:
        """Write to ``folder``, made with the first mail.

        Args:
            folder: where the files go.
            clock: for the receipts; the machine's own by default.
            is_durable: whether a file is on the disk, not just in its cache, when ``send``
                returns; dry runs may do without.
        """
        self._folder = Path(folder)
        self._clock = clock or _now
        self._is_durable = is_durable

    def send(self, envelope: Envelope) -> Receipt:
        """Write one mail; raise ``MailerStoppedError`` when the folder cannot be written."""
        check_envelope(envelope)
        try:
            path = self._write(envelope)
        except OSError as error:
            raise MailerStoppedError(
                f"the folder {self._folder} cannot be written ({error.strerror}): free space or "
                "give this user write access, or set another mailer.dir"
            ) from error
        return Receipt(provider_id=path.name, accepted_at=self._clock())

    def forget(self, address: str) -> int:
        """Delete every mail to an address, compared without regard to case; return how many.

        Every file is looked into: this is for a reader who wants to be forgotten.
        """
        wanted = address.casefold()
        gone = [path for path in self._folder.glob("*.eml") if _recipient(path) == wanted]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def close(self) -> None:
        """Do nothing: every file is finished when ``send`` returns."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, envelope: Envelope) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{envelope.delivery_id}.{os.urandom(8).hex()}.tmp"
        try:
            with draft.open("xb") as file:
                file.write(envelope.raw)
                if self._is_durable:
                    file.flush()
                    os.fsync(file.fileno())
            path = _link_to_free_name(draft, _names(self._folder, envelope.delivery_id))
        finally:
            draft.unlink(missing_ok=True)
        if self._is_durable:
            _sync_folder(self._folder)
        return path


def _recipient(path: Path) -> str:
    """Return the address of a mail, case folded; empty when it cannot be told."""
    try:
        with path.open("rb") as file:
            headers = BytesHeaderParser(policy=default).parsebytes(file.read(MAX_HEADER_BYTES))
        return parseaddr(str(headers.get("To", "")))[1].casefold()
    except (OSError, MessageError):
        return ""


def _names(folder: Path, delivery_id: str) -> Iterator[Path]:
    yield folder / f"{delivery_id}.eml"
    yield from (folder / f"{delivery_id}.{number}.eml" for number in count(2))


def _link_to_free_name(draft: Path, names: Iterator[Path]) -> Path:
    """Give the draft the first free name; unlike a rename, a link never replaces a file."""
    for path in names:
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            continue
        return path
    raise AssertionError("names never end")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _now() -> datetime:
    return datetime.now(UTC)
