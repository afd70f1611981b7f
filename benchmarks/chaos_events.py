"""What the provider says about the mails it took: shuffled, repeated, and sometimes nothing."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.servers.fake_ses import Accepted
from tests.servers.fake_ses_events import make_event

LOST: Final = 0.1
"""Share of mails of which no event ever comes."""


def write_events(path: Path, mails: Sequence[Accepted], dice: random.Random) -> frozenset[str]:
    """Write events as JSON Lines; return the ids of the deliveries they speak of."""
    told = [mail for mail in mails if dice.random() >= LOST]
    events = [make_event(kind, mail) for mail in told for kind in ("Send", "Delivery")]
    events += dice.sample(events, k=len(events) // 10)
    dice.shuffle(events)
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
    return frozenset(mail.delivery_id for mail in told)
