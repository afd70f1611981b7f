"""A run over SES: ``python -m tests.servers.ses_sender DATABASE URL``.

It says ``ready``, waits for a line, sends what it gets hold of, and prints the ids of its mails.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from newsletter import log
from newsletter.delivery.deliver import deliver
from newsletter.delivery.outcomes import Outcome
from newsletter.mailers.ses import SesMailer, SesOptions
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import open_store
from newsletter.stores.sqlite.pace import SqlitePace
from tests.contract.stores.values import ISSUE_ID, KEY
from tests.unit.delivery.scripted import compose


def main(database: Path, url: str) -> None:
    """Deliver, keeping the pace with others beside the same database."""
    log.configure("error", "json")
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    options = SesOptions(
        configuration_set="newsletter", region="eu-west-1", endpoint_url=url, workers=64
    )
    mailer, pace = SesMailer(options), SqlitePace(database.with_name("pace.db"))
    sent: list[str] = []

    def note(outcome: Outcome) -> None:
        if outcome.state is DeliveryState.SENT:
            sent.append(outcome.delivery_id)

    with open_store(database, address_key=KEY) as store:
        print("ready", flush=True)  # noqa: T201 - this is how the test hears of it
        sys.stdin.readline()
        deliver(
            ISSUE_ID,
            ledger=store.ledger,
            mailer=mailer,
            compose=compose,
            clock=lambda: datetime.now(UTC),
            pace=pace,
            on_progress=note,
        )
    mailer.close()
    pace.close()
    print(*sent, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
