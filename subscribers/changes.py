"""A change to a reader's record, with everything that belongs to it."""

from dataclasses import dataclass

from subscribers.consent import ConsentEntry
from subscribers.model import Subscriber
from subscribers.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderChange:
    """What is written together.

    Attributes:
        subscriber: the record as it should be, with the revision at which it was read.
        is_new: whether it is added.
        entry: what is logged; None when consent is not concerned.
        notices: mails that the change causes.
    """

    subscriber: Subscriber
    is_new: bool = False
    entry: ConsentEntry | None = None
    notices: tuple[Notice, ...] = ()
