"""The one place that talks to the AWS SDK: posts once, and knows whether the mail had left."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from newsletter.errors import (
    ConfigurationError,
    MailerError,
    MailerStoppedError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
)
from newsletter.mailers.ses_body import PLACEHOLDER, MailBody
from newsletter.mailers.ses_errors import NoAnswer, read_error, read_no_answer

SDK_ERRORS = (BotoCoreError, ClientError, ResponseParserError)
# The SDK's parser stumbles like this over a reply that is JSON but not SES's.
REPLY_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
BEFORE_SIGNING = "before-call.sesv2.SendEmail"
BEFORE_POST = "before-send.sesv2.SendEmail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How to reach SES.

    Attributes:
        region: None takes the one of the environment or profile.
        endpoint_url: None takes the region's own.
        workers: how many threads may post at the same time.
    """

    region: str | None
    endpoint_url: str | None
    workers: int
    connect_timeout_s: float
    read_timeout_s: float


class SesClient:
    """Call SESv2; every call is one HTTP request, never repeated by the SDK.

    May be used from several threads.
    """

    def __init__(self, link: Link) -> None:
        self._watch = _Watch()
        self._is_blind = False
        self._sdk = _connect(link)
        self._body = MailBody()
        self._sdk.meta.events.register(BEFORE_SIGNING, self._body.fill)
        self._sdk.meta.events.register(BEFORE_POST, self._watch.start)

    def send_email(self, raw: bytes, **fields: object) -> Mapping[str, object]:
        """Post one mail; raise a ``MailerError`` that says what became of it."""
        self._watch.handed_over = False
        self._body.raw = raw
        content = {"Raw": {"Data": PLACEHOLDER}}
        try:
            reply = self._sdk.send_email(Content=content, **fields)
        except SDK_ERRORS as error:
            raise read_error(error, handed_over=self._may_have_left()) from error
        except REPLY_ERRORS as error:
            if not self._may_have_left():
                raise
            raise OutcomeUnknownError("SES: an answer that is none of SES's") from error
        # A mail that went through unseen: this SDK sends in another way. Trust nothing then.
        self._is_blind = self._is_blind or not self._watch.handed_over
        return reply

    def _may_have_left(self) -> bool:
        return self._watch.handed_over or self._is_blind

    def get_account(self) -> Mapping[str, object]:
        """Ask for the account's limits; a failed question never leaves an unknown outcome."""
        with _asking():
            return self._sdk.get_account()

    def get_identity(self, name: str) -> Mapping[str, object] | NoAnswer:
        """Ask about a domain or address that mails may come from."""
        return _asked(self._sdk.get_email_identity, EmailIdentity=name)

    def get_configuration_set(self, name: str) -> Mapping[str, object] | NoAnswer:
        """Ask about a configuration set."""
        return _asked(self._sdk.get_configuration_set, ConfigurationSetName=name)

    def get_destinations(self, name: str) -> Mapping[str, object] | NoAnswer:
        """Ask where a configuration set reports to."""
        ask = self._sdk.get_configuration_set_event_destinations
        return _asked(ask, ConfigurationSetName=name)

    def close(self) -> None:
        """Close the connections."""
        self._sdk.close()


def _asked(
    ask: Callable[..., Mapping[str, object]], **fields: str
) -> Mapping[str, object] | NoAnswer:
    with _asking():
        try:
            return ask(**fields)
        except ClientError as error:
            reason = read_no_answer(error)
            if reason is None:
                raise
            return reason


@contextmanager
def _asking() -> Iterator[None]:
    """Turn what goes wrong with a question into a ``MailerError``."""
    try:
        yield
    except SDK_ERRORS as error:
        raise _of_question(read_error(error, handed_over=True)) from error
    except REPLY_ERRORS as error:
        raise MailerUnavailableError("SES: an answer that is none of SES's") from error


def _of_question(error: MailerError) -> MailerError:
    """Turn what an error means for a mail into what it means for a question."""
    if isinstance(error, OutcomeUnknownError):
        return MailerUnavailableError(str(error), retry_after_s=error.retry_after_s)
    if isinstance(error, MessageRejectedError):
        return MailerStoppedError(str(error))
    return error


class _Events(Protocol):
    def register(self, event_name: str, handler: object) -> None: ...


class _Meta(Protocol):
    @property
    def events(self) -> _Events: ...


class _Sdk(Protocol):
    """What we use of the client that the SDK makes at run time."""

    @property
    def meta(self) -> _Meta: ...

    def send_email(self, **fields: object) -> Mapping[str, object]: ...

    def get_account(self) -> Mapping[str, object]: ...

    def get_email_identity(self, **fields: str) -> Mapping[str, object]: ...

    def get_configuration_set(self, **fields: str) -> Mapping[str, object]: ...

    def get_configuration_set_event_destinations(self, **fields: str) -> Mapping[str, object]: ...

    def close(self) -> None: ...


class _Request(Protocol):
    body: object


class _Watch(threading.local):
    """Whether this thread's request was handed to the network as a whole.

    Until then nothing can have been accepted: a refused TLS handshake, a connection that breaks
    while the mail is on its way. Afterwards only a reply can tell.
    """

    handed_over = False

    def start(self, request: _Request, **_event: object) -> None:
        """Put a body in the request that notices when it was read to its end."""
        if isinstance(request.body, bytes):
            request.body = _WatchedBody(request.body, self)
        else:
            self.handed_over = True


class _WatchedBody(BytesIO):
    """A body that is read once to send it, and once more to learn that this was all."""

    def __init__(self, body: bytes, watch: _Watch) -> None:
        super().__init__(body)
        self._watch = watch

    def read(self, size: int | None = -1, /) -> bytes:
        """Return all that is left, whatever the size: one piece is sent faster than many."""
        rest = super().read(-1)
        if not rest and size != 0:
            self._watch.handed_over = True
        return rest


def _connect(link: Link) -> _Sdk:
    settings = Config(
        connect_timeout=link.connect_timeout_s,
        read_timeout=link.read_timeout_s,
        max_pool_connections=max(1, link.workers),
        retries={"total_max_attempts": 1, "mode": "standard"},
        # Given whole: the SDK would put its own together again for each mail.
        user_agent="arxiv-newsletter",
        # ``check_envelope`` has looked already, and SES looks again.
        parameter_validation=False,
    )
    try:
        session = boto3.session.Session(region_name=link.region)
        sdk: _Sdk = session.client("sesv2", endpoint_url=link.endpoint_url, config=settings)
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(
            f"mailer: cannot set up SES: {error}; set mailer.region (for example eu-west-1) "
            "and, only for tests, mailer.endpoint_url"
        ) from error
    return sdk
