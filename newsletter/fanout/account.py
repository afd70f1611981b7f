"""What the provider says of the account, asked once for many parcels.

SES answers this question once a second, to all who ask for one account together. Each parcel is a
run of its own, and would ask.
"""

import random
import time
from collections.abc import Callable
from typing import Final

from newsletter.delivery.quota import Account, account_of
from newsletter.errors import MailerError, MailerThrottledError
from newsletter.model import Envelope, Receipt, SendQuota
from newsletter.ports import Mailer

KEPT_S: Final = 300.0
TRIES: Final = 4
FIRST_WAIT_S: Final = 1.0


class RememberingMailer:
    """``ports.Mailer`` that asks for its account's limits every five minutes only."""

    def __init__(
        self,
        mailer: Mailer,
        ask: Account,
        *,
        ticks: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._mailer = mailer
        self._ask = ask
        self._ticks = ticks
        self._pause = pause
        self._known: SendQuota | None = None
        self._known_until_s = 0.0

    def send(self, envelope: Envelope) -> Receipt:
        """Hand one mail over."""
        return self._mailer.send(envelope)

    def close(self) -> None:
        """Close nothing: the mailer is its owner's."""

    def account(self) -> SendQuota:
        """Return what the provider said of late; an answer that forbids to send is not kept.

        Raises:
            MailerError: nobody answers, and nothing is known.
        """
        if self._known is not None and self._ticks() < self._known_until_s:
            return self._known
        try:
            answer = self._asked()
        except MailerError:
            if self._known is None:
                raise
            answer = self._known
        self._keep(answer)
        return answer

    def _keep(self, answer: SendQuota) -> None:
        may_send = answer.sending_enabled and answer.left_today != 0
        self._known = answer if may_send else None
        # Workers that began together do not ask together again.
        self._known_until_s = self._ticks() + KEPT_S * random.uniform(0.8, 1.2)  # noqa: S311

    def _asked(self) -> SendQuota:
        """Ask; wait a while where too many others do."""
        for waited in range(TRIES - 1):
            try:
                return self._ask()
            except MailerThrottledError:
                self._pause(FIRST_WAIT_S * 2**waited * random.uniform(0.5, 1.5))  # noqa: S311
        return self._ask()


def remembering(mailer: Mailer) -> Mailer:
    """Return a mailer that seldom asks; the same one where there is nobody to ask."""
    ask = account_of(mailer)
    return mailer if ask is None else RememberingMailer(mailer, ask)
