"""A run that is killed: ``python -m tests.servers.dying_sender DATABASE FOLDER MOMENT:NUMBER``.

With ``never`` the run comes to its end, an hour later, when all leases of an earlier one have run
out. See ``newsletter.delivery.failpoints`` for the moments.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.delivery.deliver import deliver
from newsletter.delivery.failpoints import VARIABLE, armed, watched
from newsletter.mailers.maildir import MaildirMailer
from newsletter.stores.sqlite import open_store
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.unit.delivery.scripted import compose


def main(database: Path, folder: Path, when: str) -> None:
    """Deliver, or die."""
    is_last = when == "never"
    failpoint = None if is_last else armed({VARIABLE: when})
    offset = timedelta(hours=1 if is_last else 0)
    with open_store(database, address_key=KEY) as store:
        report = deliver(
            ISSUE_ID,
            ledger=watched(store.ledger, failpoint),
            mailer=watched(MaildirMailer(folder), failpoint),
            compose=compose,
            clock=lambda: datetime.now(UTC) + offset,
        )
    sys.exit(report.exit_code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
