"""Prove that events come back: a mail to the provider's mailbox simulator, and its event.

Source: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.doctor.finding import SERVICE, Finding, ok, problem
from newsletter.model import Envelope, Message
from newsletter.ports import Mailer
from newsletter.render.mime import bare_address, to_bytes

CHECK = "proof"
ISSUE_ID = "doctor"
SIMULATOR = "success@simulator.amazonses.com"
WAIT_S = 120.0
LOOK_EVERY_S = 3.0
WORDS = "This mail to the mailbox simulator proves that events come back."

WasSeen = Callable[[str], bool]
"""Tell whether an event of this delivery is in the store; may bring new ones there first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """How time passes while waiting, in seconds; tests have their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic


def prove_events(
    mailer: Mailer, envelope: Envelope, *, was_seen: WasSeen, timer: Timer, wait_s: float = WAIT_S
) -> Iterator[Finding]:
    """Send the mail, once, and look for its event every few seconds until the time is over.

    Raises:
        MailerError: it was not sent, or it is not known whether it was.
    """
    mailer.send(envelope)
    yield ok(CHECK, "a mail to the mailbox simulator was accepted")
    started = timer.monotonic()
    while not was_seen(envelope.delivery_id):
        passed = timer.monotonic() - started
        if passed >= wait_s:
            yield _missing(wait_s)
            return
        timer.sleep(min(LOOK_EVERY_S, wait_s - passed))
    yield ok(CHECK, f"its event came back after {timer.monotonic() - started:.0f} s")


def make_proof(delivery_id: str, *, sender: str, at: datetime) -> Envelope:
    """Make the mail to the simulator, which belongs to no issue and to no reader."""
    message = Message(
        delivery_id=delivery_id,
        sender=sender,
        reply_to=sender,
        recipient=SIMULATOR,
        subject="Do events come back?",
        text=f"{WORDS}\n",
        html=f"<p>{WORDS}</p>\n",
        headers=(("Auto-Submitted", "auto-generated"),),
    )
    return Envelope(
        delivery_id=delivery_id,
        issue_id=ISSUE_ID,
        attempt=1,
        sender=bare_address(sender),
        recipient=SIMULATOR,
        raw=to_bytes(message, sent_at=at),
    )


def _missing(wait_s: float) -> Finding:
    return problem(
        CHECK,
        f"no event of the mail came into the store within {wait_s:.0f} s",
        fix="let `newsletter events pull --queue URL` run meanwhile, or add --queue URL here; "
        "then follow the events from the event destination to the queue",
        exit_code=SERVICE,
    )
