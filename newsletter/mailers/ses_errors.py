"""What an error of SESv2 means for the mail: one table, and the one place that reads it.

Sources: the SESv2 service model and the classes of botocore 1.44;
https://docs.aws.amazon.com/ses/latest/dg/using-ses-api-error-codes.html
https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
    QuotaExceededError,
    SendingPausedError,
)

MAX_TEXT_CHARS = 300
MAX_RETRY_AFTER_S = 3600.0
_ADDRESS = re.compile(r"\S*@\S*")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one error says: which error it is of ours, and what an operator does about it."""

    error: type[MailerError]
    fix: str = ""


class NoAnswer(StrEnum):
    """Why SES does not say what a thing of the account is like.

    MISSING: there is no such thing in this region. DENIED: these credentials may not ask.
    """

    MISSING = "missing"
    DENIED = "denied"


THROTTLED = Meaning(error=MailerThrottledError)
REJECTED = Meaning(error=MessageRejectedError)
UNAVAILABLE = Meaning(error=MailerUnavailableError)
UNKNOWN = Meaning(error=OutcomeUnknownError)
QUOTA = Meaning(
    error=QuotaExceededError,
    fix="wait until the last 24 hours free some, or ask AWS for a higher sending quota",
)
SANDBOX = Meaning(
    error=MailerStoppedError,
    fix="verify the sender in SES; in the sandbox the recipient too, or ask for production access",
)
PAUSED = Meaning(
    error=SendingPausedError,
    fix="sending is paused or suspended: see Reputation metrics in the SES console, then resume",
)
IDENTITY = Meaning(
    error=MailerStoppedError,
    fix="verify the domain of the sender in SES (DKIM and custom MAIL FROM records)",
)
MISSING = Meaning(
    error=MailerStoppedError,
    fix="create the configuration set in this region, or correct mailer.configuration_set",
)
DENIED = Meaning(
    error=MailerStoppedError,
    fix="allow ses:SendEmail and ses:GetAccount on the identity and the configuration set",
)
EXPIRED = Meaning(error=MailerStoppedError, fix="renew the AWS credentials, then resume")
SIGNATURE = Meaning(
    error=MailerStoppedError,
    fix="check the AWS access key, its secret, the region and this machine's clock",
)
NO_CREDENTIALS = Meaning(
    error=MailerStoppedError,
    fix="give AWS credentials: a role, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile",
)
SETTINGS = Meaning(
    error=MailerStoppedError,
    fix="check mailer.region, mailer.endpoint_url and the AWS settings of this machine",
)

TEXTS: tuple[tuple[str, Meaning], ...] = (
    ("daily message quota exceeded", QUOTA),
    ("maximum sending rate exceeded", THROTTLED),
    ("email address is not verified", SANDBOX),
    ("sending paused", PAUSED),
    ("sending suspended", PAUSED),
)
"""Texts that say more than the code beside them, lower case; the first that occurs decides."""

CODES: Mapping[str, Meaning] = MappingProxyType(
    {
        "TooManyRequestsException": THROTTLED,
        "Throttling": THROTTLED,
        "ThrottlingException": THROTTLED,
        "RequestLimitExceeded": THROTTLED,
        "LimitExceededException": QUOTA,
        "AccountSuspendedException": PAUSED,
        "SendingPausedException": PAUSED,
        "MailFromDomainNotVerifiedException": IDENTITY,
        "NotFoundException": MISSING,
        "ConfigurationSetDoesNotExist": MISSING,
        "MessageRejected": REJECTED,
        "BadRequestException": REJECTED,
        "ValidationError": REJECTED,
        "ValidationException": REJECTED,
        "AlreadyExistsException": REJECTED,
        "ConflictException": REJECTED,
        "InvalidNextTokenException": REJECTED,
        "AccessDenied": DENIED,
        "AccessDeniedException": DENIED,
        "NotAuthorized": DENIED,
        "OptInRequired": DENIED,
        "ExpiredToken": EXPIRED,
        "ExpiredTokenException": EXPIRED,
        "InvalidClientTokenId": SIGNATURE,
        "UnrecognizedClientException": SIGNATURE,
        "MissingAuthenticationToken": SIGNATURE,
        "MissingAuthenticationTokenException": SIGNATURE,
        "IncompleteSignature": SIGNATURE,
        "IncompleteSignatureException": SIGNATURE,
        "InvalidSignatureException": SIGNATURE,
        "SignatureDoesNotMatch": SIGNATURE,
        "RequestExpired": SIGNATURE,
        "RequestTimeTooSkewed": SIGNATURE,
        "ConcurrentModificationException": UNKNOWN,
        "InternalFailure": UNKNOWN,
        "InternalServiceErrorException": UNKNOWN,
        "ServiceUnavailable": UNKNOWN,
    }
)
"""Codes of a reply below 500; from 500 on nothing is certain but what ``TEXTS`` say."""

STATUSES: Mapping[int, Meaning] = MappingProxyType(
    {
        401: SIGNATURE,
        403: DENIED,
        404: SETTINGS,
        407: SETTINGS,
        408: UNKNOWN,
        429: THROTTLED,
    }
)
"""HTTP statuses of replies whose code is not in ``CODES``; any other 4xx refuses this mail."""


def _failures() -> dict[str, Meaning]:
    groups = {
        UNAVAILABLE: "EndpointConnectionError ConnectTimeoutError ProxyConnectionError "
        "CapacityNotAvailableError CredentialRetrievalError MetadataRetrievalError",
        # Certain only by whether the request had left: see ``read_failure``.
        UNKNOWN: "ConnectionError SSLError ReadTimeoutError ConnectionClosedError HTTPClientError "
        "IncompleteReadError ResponseStreamingError ResponseParserError ChecksumError "
        "FlexibleChecksumError AwsChunkedWrapperError UnseekableStreamError",
        NO_CREDENTIALS: "NoCredentialsError PartialCredentialsError NoAuthTokenError SSOError "
        "TokenRetrievalError LoginError RefreshWithMFAUnsupportedError UnknownCredentialError "
        "UnknownTokenProviderError InfiniteLoopConfigError",
        SETTINGS: "ConfigNotFound ConfigParseError ProfileNotFound DataNotFoundError "
        "ApiVersionNotFoundError BaseEndpointResolverError EndpointProviderError "
        "InvalidChecksumConfigError InvalidConfigError InvalidDefaultsMode "
        "InvalidEndpointConfigurationError InvalidEndpointDiscoveryConfigurationError "
        "InvalidHostLabelError InvalidIMDSEndpointError InvalidIMDSEndpointModeError "
        "InvalidProxiesConfigError InvalidRegionError InvalidRetryConfigurationError "
        "InvalidSTSRegionalEndpointsConfigError MD5UnavailableError MissingDependencyException "
        "ServiceNotInRegionError UnknownRegionError UnknownServiceStyle "
        "UnknownSignatureVersionError UnsupportedServiceProtocolsError "
        "UnsupportedSignatureVersionError UndefinedModelAttributeError UnknownClientMethodError",
        REJECTED: "ParamValidationError ValidationError MissingParametersError "
        "UnknownParameterError",
    }
    return {name: meaning for meaning, names in groups.items() for name in names.split()}


FAILURES: Mapping[str, Meaning] = MappingProxyType(_failures())
"""Class of an SDK error, or of its nearest base → what it means. Names, to load no SDK here."""


def read_error(error: Exception, *, handed_over: bool) -> MailerError:
    """Say what an error of the SDK means for the mail it was raised for.

    ``handed_over`` tells whether the whole request had been given to the network.
    """
    reply = getattr(error, "response", None)
    if isinstance(reply, Mapping):
        return _read_refusal(reply)
    return _read_failure(error, handed_over=handed_over)


def read_no_answer(error: Exception) -> NoAnswer | None:
    """Say why a question got no answer, where the reason is one to be expected."""
    reply = getattr(error, "response", None)
    meaning = _meaning(*_stated(reply)) if isinstance(reply, Mapping) else None
    if meaning == MISSING:
        return NoAnswer.MISSING
    return NoAnswer.DENIED if meaning == DENIED else None


def _read_refusal(reply: Mapping[str, object]) -> MailerError:
    code, text, status = _stated(reply)
    told = f"SES answers {status or None} {_tame(code)}: {_tame(text)}"
    headers = _mapping(_mapping(reply, "ResponseMetadata"), "HTTPHeaders")
    return _make(_meaning(code, text, status), told, retry_after_s=_retry_after_s(headers))


def _stated(reply: Mapping[str, object]) -> tuple[str, str, int]:
    """Return code, text and HTTP status; 0 for none."""
    stated = _mapping(reply, "Error")
    status = _mapping(reply, "ResponseMetadata").get("HTTPStatusCode")
    code, text = str(stated.get("Code") or ""), str(stated.get("Message") or "")
    return code, text, status if isinstance(status, int) else 0


def _meaning(code: str, text: str, status: int) -> Meaning:
    spoken = text.casefold()
    for part, meaning in TEXTS:
        if part in spoken:
            return meaning
    if status >= 500:
        return UNKNOWN
    if code in CODES:
        return CODES[code]
    if status in STATUSES:
        return STATUSES[status]
    if 300 <= status < 400:
        return SETTINGS
    return REJECTED if 400 <= status < 500 else UNKNOWN


def _read_failure(error: Exception, *, handed_over: bool) -> MailerError:
    meaning = failure_meaning(type(error)) or UNKNOWN
    if meaning is UNKNOWN and not handed_over:
        meaning = UNAVAILABLE
    return _make(meaning, f"SES: {type(error).__name__}: {_tame(str(error))}")


def failure_meaning(error_type: type[BaseException]) -> Meaning | None:
    """Return the meaning of the nearest class in ``FAILURES``; None when there is none."""
    for base in error_type.__mro__:
        if base.__name__ in FAILURES:
            return FAILURES[base.__name__]
    return None


def _make(meaning: Meaning, told: str, *, retry_after_s: float | None = None) -> MailerError:
    message = f"{told}; {meaning.fix}" if meaning.fix else told
    return meaning.error(message, retry_after_s=retry_after_s)


def _tame(text: str) -> str:
    """Keep one printable line of it, without addresses: it goes to logs and to the ledger."""
    line = _UNPRINTABLE.sub(" ", _ADDRESS.sub("…", text[: 4 * MAX_TEXT_CHARS])).strip()
    return line[:MAX_TEXT_CHARS]


def _retry_after_s(headers: Mapping[str, object]) -> float | None:
    stated = headers.get("retry-after")
    if not isinstance(stated, str) or not re.fullmatch(r"[0-9]{1,6}", stated):
        return None
    return min(float(stated), MAX_RETRY_AFTER_S)


def _mapping(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}
