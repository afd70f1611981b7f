"""Errors of the job, and the exit code each one ends the command with.

::

    NewsletterError                 1   unexpected
    ├── UsageError                  2   the command's words are wrong
    ├── ConfigurationError          78  a setting is wrong: names the key and the fix
    ├── SourceError                 69  arXiv could not be read
    │   ├── SourceUnavailableError      nobody answered, or not in time (transient)
    │   │   └── SourceUnreachableError      no connection could be made (transient)
    │   ├── ThrottledError              asked to wait: 429, 503, 406, "Rate exceeded." (transient)
    │   └── MalformedAnnouncementError  an answer that is not an announcement
    ├── RenderError                 70  a mail breaks its own rules: a bug of ours
    ├── EventQueueError             69  the queue of events cannot be read now (transient)
    ├── ParcelQueueError            69  work cannot be put into the queue now (transient)
    ├── UnreadableParcelError       70  a message that is no work of this version
    ├── BundleError                 69  what belongs to an issue is missing or damaged
    ├── SummaryError                69  a paper has no summary by the model: never stops a mail
    │   ├── SummaryRefusedError         an answer that is none: empty, refused, false
    │   ├── UnreadablePaperError        the paper's text cannot be had: no PDF, no text in it
    │   ├── SummarizerUnavailableError  nobody answered, or not in time (transient)
    │   ├── SummarizerThrottledError    asked to wait (transient)
    │   └── SummarizerStoppedError      no key, no quota, no such model: somebody must act
    ├── StoreError                  69  the database cannot be opened, read or written
    └── MailerError                 69
        ├── MessageRejectedError        this mail is refused for good
        ├── MailerThrottledError        not now; not an attempt (transient)
        ├── MailerUnavailableError      nothing was accepted; try again (transient)
        ├── MailerStoppedError          nothing will be accepted until somebody acts
        │   ├── QuotaExceededError          … or until the provider's day frees some (transient)
        │   └── SendingPausedError          … with the provider, who has paused the account
        └── OutcomeUnknownError         it may have been accepted: never repeat blindly
"""

from typing import ClassVar


class NewsletterError(Exception):
    """Base of all errors raised by ``newsletter``.

    Attributes:
        exit_code: what the command line ends with.
        transient: whether the same call may succeed later, unchanged.
        retry_after_s: how long the other side asked us to wait, in seconds.
    """

    exit_code: ClassVar[int] = 1
    transient: ClassVar[bool] = False

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UsageError(NewsletterError):
    """The command's words are wrong; the message says what is right."""

    exit_code = 2


class ConfigurationError(NewsletterError):
    """A setting is wrong; the message names the key and the fix."""

    exit_code = 78


class SourceError(NewsletterError):
    """An announcement could not be read."""

    exit_code = 69


class SourceUnavailableError(SourceError):
    """Nobody answered, or not in time."""

    transient = True


class SourceUnreachableError(SourceUnavailableError):
    """No connection could be made: no network, no such host, nobody listening."""


class ThrottledError(SourceError):
    """arXiv asked us to wait; ``retry_after_s`` says how long, where it did."""

    transient = True


class MalformedAnnouncementError(SourceError):
    """The answer is not an announcement: HTML for XML, cut short, an error feed."""


class RenderError(NewsletterError):
    """A mail breaks the rules of rendering: a bug of ours, never the reader's."""

    exit_code = 70


class EventQueueError(NewsletterError):
    """The queue of events cannot be read now; what was not deleted comes again."""

    exit_code = 69
    transient = True


class ParcelQueueError(NewsletterError):
    """Work cannot be put into the queue now; doing it again does no harm."""

    exit_code = 69
    transient = True


class UnreadableParcelError(NewsletterError):
    """A message is no work that this version understands."""

    exit_code = 70


class BundleError(NewsletterError):
    """What belongs to an issue is missing, damaged, or of another version."""

    exit_code = 69


class SummaryError(NewsletterError):
    """A paper has no summary by the model.

    Attributes:
        tokens: what the try consumed nevertheless, in and out.
    """

    exit_code = 69

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, tokens: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.tokens = tokens


class SummaryRefusedError(SummaryError):
    """The model's answer is none: empty, a refusal, not in the form asked for, or not true."""


class UnreadablePaperError(SummaryError):
    """The paper's text cannot be had: no such page, not a PDF, encrypted, a scan without text."""


class SummarizerUnavailableError(SummaryError):
    """The model's endpoint did not answer, or not in time."""

    transient = True


class SummarizerThrottledError(SummaryError):
    """The model's endpoint asked us to wait; ``retry_after_s`` says how long, where it did."""

    transient = True


class SummarizerStoppedError(SummaryError):
    """No call will succeed until somebody acts: wrong key, quota gone, unknown model."""


class StoreError(NewsletterError):
    """The database cannot be opened, read or written."""

    exit_code = 69


class MailerError(NewsletterError):
    """A mail was not handed over."""

    exit_code = 69


class MessageRejectedError(MailerError):
    """The provider refuses this mail for good; others may pass."""


class MailerThrottledError(MailerError):
    """The provider wants us slower; this was not an attempt."""

    transient = True


class MailerUnavailableError(MailerError):
    """Nothing was accepted: no connection, a refusal for now. Safe to repeat."""

    transient = True


class MailerStoppedError(MailerError):
    """Nothing will be accepted until somebody acts: login refused, sending paused."""


class QuotaExceededError(MailerStoppedError):
    """The provider's 24 hours are used up; what is left waits until they free some."""

    transient = True


class SendingPausedError(MailerStoppedError):
    """The provider has paused the account; what is left waits until it sends again."""


class OutcomeUnknownError(MailerError):
    """The mail may have been accepted; sending it again could make two of it."""
