"""How many wishes that lead to mail are taken: by address, by network, and in all.

Counted in this process. What must hold over all processes and restarts, one confirmation mail
per address and day, is kept by the store: see ``subscribers.notices``.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsletter.people.errors import TooManyRequestsError
from subscribers.networks import counted_network

if TYPE_CHECKING:
    from limits import RateLimitItem

_ALL: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How many wishes are taken.

    Attributes:
        per_address: in a day.
        per_network, in_all: in an hour; a network is a /24 of IPv4 or a /64 of IPv6.
    """

    per_address: int = 5
    per_network: int = 30
    in_all: int = 2000


class WishLimiter:
    """Count wishes; may be shared by threads.

    A network that has had its share takes nothing from the others. Once there were too many in
    all, no further network is counted, so that no flood of them can fill the memory.
    """

    def __init__(self, rates: Rates) -> None:
        # 60 ms to import, and pages that take no wishes go without.
        from limits import RateLimitItemPerDay, RateLimitItemPerHour  # noqa: PLC0415
        from limits.storage import MemoryStorage  # noqa: PLC0415
        from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415

        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._in_all = RateLimitItemPerHour(rates.in_all)
        self._per_network = RateLimitItemPerHour(rates.per_network)
        self._per_address = RateLimitItemPerDay(rates.per_address)

    def take(self, client: str) -> None:
        """Count a wish from an IP address.

        Raises:
            TooManyRequestsError: too many came from its network, or in all.
        """
        network = counted_network(client) or "unknown"
        if not self._limiter.test(self._in_all, _ALL):
            raise self._too_many(self._in_all, _ALL)
        if not self._limiter.hit(self._per_network, network):
            raise self._too_many(self._per_network, network)
        if not self._limiter.hit(self._in_all, _ALL):
            raise self._too_many(self._in_all, _ALL)

    def take_address(self, address_hash: str) -> bool:
        """Count a wish for an address; False when it is one too many."""
        return self._limiter.hit(self._per_address, "address", address_hash)

    def _too_many(self, limit: "RateLimitItem", key: str) -> TooManyRequestsError:
        reset_at = self._limiter.get_window_stats(limit, key).reset_time
        return TooManyRequestsError(
            "too many requests came in: try again later",
            retry_after_s=max(1.0, reset_at - time.time()),
        )
