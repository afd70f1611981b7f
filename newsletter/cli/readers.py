"""Which readers a command is about."""

from newsletter.choosing import Readers
from newsletter.errors import UsageError
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
