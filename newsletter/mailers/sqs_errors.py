"""What an error of SQS means for the operator.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from newsletter.errors import ConfigurationError, EventQueueError, NewsletterError

MAX_TEXT_CHARS: Final = 300
_MISSING: Final = "check the URL, its region and its account"
_DENIED: Final = "allow sqs:ReceiveMessage and sqs:DeleteMessage on the queue"
_KEY: Final = "allow kms:Decrypt on the key of the queue, and enable the key"
_RENEW: Final = "renew the AWS credentials"
_SIGNATURE: Final = "check the AWS access key, its secret and this machine's clock"
_GIVE: Final = "give AWS credentials: a role, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "QueueDoesNotExist": _MISSING,
        "AWS.SimpleQueueService.NonExistentQueue": _MISSING,
        "InvalidAddress": _MISSING,
        "InvalidSecurity": "use https for the queue",
        "UnsupportedOperation": _MISSING,
        "AccessDenied": _DENIED,
        "AccessDeniedException": _DENIED,
        "OptInRequired": "enable the region for this account",
        "KmsAccessDenied": _KEY,
        "KmsDisabled": _KEY,
        "KmsInvalidKeyUsage": _KEY,
        "KmsInvalidState": _KEY,
        "KmsNotFound": _KEY,
        "KmsOptInRequired": _KEY,
        "ExpiredToken": _RENEW,
        "ExpiredTokenException": _RENEW,
        "RequestExpired": _SIGNATURE,
        "InvalidClientTokenId": _SIGNATURE,
        "UnrecognizedClientException": _SIGNATURE,
        "SignatureDoesNotMatch": _SIGNATURE,
        "InvalidSignatureException": _SIGNATURE,
        "IncompleteSignature": _SIGNATURE,
        "MissingAuthenticationToken": _GIVE,
    }
)
"""Code → what an operator does about it; every other code passes by itself."""

_NO_CREDENTIALS: Final = (
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)


def read_error(error: BotoCoreError | ClientError | ResponseParserError) -> NewsletterError:
    """Return our error for the SDK's."""
    code = ""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]
    text = str(error)[:MAX_TEXT_CHARS]
    fix = FIXES.get(code)
    if isinstance(error, _NO_CREDENTIALS):
        fix = _GIVE
    elif isinstance(error, NoRegionError):
        fix = _MISSING
    if fix is not None:
        return ConfigurationError(f"--queue: SQS refuses: {text}; {fix}")
    return EventQueueError(f"SQS cannot be read now: {text}; nothing is lost, run again")
