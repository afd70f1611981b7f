"""Errors of the people's side.

::

    SubscriberError
    ├── InvalidAddressError     not an address we can send to
    ├── InvalidInterestsError   a wish that cannot be met: unknown category, weight out of range
    ├── InvalidTransitionError  the state does not allow this step
    ├── DuplicateSubscriberError  the address is subscribed already
    ├── SuppressedAddressError  the address bounced for good, complained, or was suppressed by hand
    ├── UnknownSubscriberError  nobody by that address or id
    ├── UnreadableFileError     a file of subscribers that cannot be read as a whole
    ├── StaleRevisionError      the record changed since it was read
    └── InvalidTokenError       a link that was altered, is of another purpose, or has expired
        └── ExpiredTokenError   carries ``expired_for_s``
"""

from typing import ClassVar


class SubscriberError(Exception):
    """Base of all errors raised by ``subscribers``."""

    exit_code: ClassVar[int] = 2
    transient: ClassVar[bool] = False


class InvalidAddressError(SubscriberError):
    """The text is not an address we can send to."""


class InvalidInterestsError(SubscriberError):
    """A wish cannot be met; ``field`` names the key it stands under."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidTransitionError(SubscriberError):
    """The subscriber's state does not allow this step."""


class DuplicateSubscriberError(SubscriberError):
    """The address is subscribed already."""


class SuppressedAddressError(SubscriberError):
    """The address gets no mail: it bounced for good, or its owner or an operator said so."""


class UnknownSubscriberError(SubscriberError):
    """Nobody is known by that address or id."""


class UnreadableFileError(SubscriberError):
    """The file is not what it should be; the message says how to save it."""


class StaleRevisionError(SubscriberError):
    """The record changed since it was read; read it again and repeat the change."""

    transient: ClassVar[bool] = True


class InvalidTokenError(SubscriberError):
    """The link was altered, cut short, or made for another purpose."""


class ExpiredTokenError(InvalidTokenError):
    """The link was good once.

    Attributes:
        expired_for_s: how long ago it stopped being good, in seconds.
        subscriber_id: whom it was made for.
    """

    def __init__(self, message: str, *, expired_for_s: float, subscriber_id: str) -> None:
        super().__init__(message)
        self.expired_for_s = expired_for_s
        self.subscriber_id = subscriber_id
