"""A mailer and a composer for tests of the run itself."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from newsletter.delivery.deliver import deliver
from newsletter.delivery.report import DeliveryReport
from newsletter.errors import RenderError
from newsletter.model import Claim, Envelope, Receipt, SendQuota
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID, plan_for
from tests.factories import NOW

Action = Callable[[Envelope], None]


class ScriptedMailer:
    """Accept every mail, unless something else was scripted for it.

    Attributes:
        script: recipient → what to do before accepting, one after the other; ``""`` is for all.
        accepted: delivery id → how often it was accepted.
    """

    def __init__(self) -> None:
        self.script: defaultdict[str, list[Action]] = defaultdict(list)
        self.accepted: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self._lock = threading.Lock()

    def send(self, envelope: Envelope) -> Receipt:
        with self._lock:
            self.tried[envelope.recipient] += 1
            actions = self.script[envelope.recipient] or self.script[""]
            action = actions.pop(0) if actions else None
        if action is not None:
            action(envelope)
        with self._lock:
            self.accepted[envelope.delivery_id] += 1
        return Receipt(provider_id=f"ok-{envelope.delivery_id}", accepted_at=NOW)

    def close(self) -> None:
        pass


class MeteredMailer(ScriptedMailer):
    """A mailer whose provider tells its limits, which tests change."""

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        self.quota = quota(**fields)
        self.asked = 0

    def account(self) -> SendQuota:
        self.asked += 1
        return self.quota


def quota(**fields: Any) -> SendQuota:
    """Return the limits of an account in good standing, fast and with room."""
    values: dict[str, Any] = {
        "max_per_second": 10_000.0,
        "max_per_day": 50_000,
        "sent_last_day": 0,
        "sending_enabled": True,
        "production_access": True,
    }
    return SendQuota(**(values | fields))


def raising(error: BaseException) -> Action:
    """Raise this."""

    def action(envelope: Envelope) -> None:
        raise error

    return action


def compose(claim: Claim) -> Envelope:
    """Make a tiny mail."""
    return Envelope(
        delivery_id=claim.delivery.id,
        issue_id=claim.delivery.issue_id,
        attempt=claim.delivery.attempt,
        sender="digest@example.org",
        recipient=claim.subscriber.address,
        raw=f"Subject: {claim.delivery.id}\r\n\r\nHello.\r\n".encode(),
    )


def compose_except(*addresses: str) -> Callable[[Claim], Envelope]:
    """Make mails for all but these readers."""

    def compose_or_fail(claim: Claim) -> Envelope:
        if claim.subscriber.address in addresses:
            raise RenderError("a card is broken")
        return compose(claim)

    return compose_or_fail


def run(store: SqliteStore, mailer: ScriptedMailer, **options: Any) -> DeliveryReport:
    """Deliver the test's issue with a clock that stands still and pauses that take no time."""
    defaults: dict[str, Any] = {
        "ledger": store.ledger,
        "mailer": mailer,
        "compose": compose,
        "clock": lambda: NOW,
        "pause": lambda seconds: None,
    }
    return deliver(ISSUE_ID, **(defaults | options))


def plan_readers(store: SqliteStore, count: int) -> None:
    """Plan the test's issue for reader1 … readerN."""
    plan_for(count, ledger=store.ledger, subscribers=store.subscribers)
