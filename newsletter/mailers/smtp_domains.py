"""How many mails go to one recipient's domain at the same time."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from newsletter.errors import MailerUnavailableError


class DomainLimit:
    """Let only so many through at once for each domain; the others wait for their turn.

    Many mailbox providers refuse who knocks with too many mails at the same moment.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._busy: Counter[str] = Counter()
        self._changed = threading.Condition()

    @contextmanager
    def entered(self, address: str, *, timeout_s: float) -> Iterator[None]:
        """Be one of those who send to the domain of this address.

        Raises:
            MailerUnavailableError: none of them was done in time; nothing was begun.
        """
        domain = address.rpartition("@")[2].lower()
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_room(domain), timeout_s):
                raise MailerUnavailableError(
                    f"{self._limit} mails to this reader's domain are still on their way"
                )
            self._busy[domain] += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy[domain] -= 1
                if not self._busy[domain]:
                    del self._busy[domain]
                self._changed.notify_all()

    def _has_room(self, domain: str) -> bool:
        return self._busy[domain] < self._limit
