"""A run that is killed: ``python -m tests.servers.dying_sender DATABASE FOLDER WHEN``.

``before`` or ``after``: the tenth mail is not yet, or has just been, handed over. ``never``:
the run comes to its end, an hour later, when all leases of an earlier one have run out.
"""

import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.delivery.deliver import deliver
from newsletter.mailers.maildir import MaildirMailer
from newsletter.model import Envelope, Receipt
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.unit.delivery.scripted import compose

TENTH = 10


class DyingMailer:
    """Pass mails on until it is time to die."""

    def __init__(self, mailer: MaildirMailer, when: str) -> None:
        self._mailer = mailer
        self._when = when
        self._lock = threading.Lock()
        self._sent = 0

    def send(self, envelope: Envelope) -> Receipt:
        with self._lock:
            self._sent += 1
            is_tenth = self._sent == TENTH
        if is_tenth and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        receipt = self._mailer.send(envelope)
        if is_tenth and self._when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt

    def close(self) -> None:
        self._mailer.close()


def main(database: Path, folder: Path, when: str) -> None:
    """Deliver, or die."""
    offset = timedelta(hours=1 if when == "never" else 0)
    with open_store(database, address_key=KEY) as store:
        report = deliver(
            ISSUE_ID,
            ledger=store.ledger,
            mailer=DyingMailer(MaildirMailer(folder), when),
            compose=compose,
            clock=lambda: datetime.now(UTC) + offset,
        )
    sys.exit(report.exit_code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
