"""Which readers a command is about."""

from collections.abc import Sequence

from newsletter.choosing import Readers
from newsletter.delivery.plan import delivery_id
from newsletter.errors import UsageError
from newsletter.model import Issue
from subscribers.address import parse
from subscribers.errors import UnknownSubscriberError
from subscribers.model import Subscriber, SubscriberState
from subscribers.ports import SubscriberStore


def find_reader(subscribers: SubscriberStore, address: str) -> Subscriber:
    """Return the reader of this address.

    Raises:
        InvalidAddressError, UnknownSubscriberError: the message says what to do.
    """
    normalised = parse(address)
    reader = subscribers.find(normalised)
    if reader is None:
        raise UnknownSubscriberError(
            f"nobody is subscribed as {normalised}: `newsletter subscriber list` shows all"
        )
    return reader


def active_readers(subscribers: SubscriberStore, *, only: str | None = None) -> Readers:
    """Give all active readers, or the one of this address, who must be active."""
    if only is None:
        return lambda: subscribers.list_by_state(SubscriberState.ACTIVE)
    reader = find_reader(subscribers, only)
    if reader.state is not SubscriberState.ACTIVE:
        raise UsageError(f"{reader.address} is {reader.state.value}: only active readers get mail")
    return lambda: (reader,)


def deliveries_of(issues: Sequence[Issue], readers: Readers) -> frozenset[str]:
    """Return the ids of these readers' deliveries of these issues."""
    return frozenset(delivery_id(issue.id, each.id) for issue in issues for each in readers())
