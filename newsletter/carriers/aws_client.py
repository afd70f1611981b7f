"""Clients of AWS: bounded time, bounded tries, one way to make them."""

from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from newsletter.errors import ConfigurationError

SDK_ERRORS: Final = (BotoCoreError, ClientError, ResponseParserError)
TRIES: Final = 4
CONNECT_TIMEOUT_S: Final = 3.0
READ_TIMEOUT_S: Final = 15.0

_NEEDS_SOMEBODY: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "InvalidAddress",
        "InvalidAccessKeyId",
        "NoSuchBucket",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


def connect(service: str, *, region: str | None, endpoint_url: str | None) -> Any:  # noqa: ANN401 - made by the SDK at run time
    """Make a client; nothing is asked yet.

    Raises:
        ConfigurationError: no region is known, or the address makes no sense.
    """
    settings = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        user_agent_extra="arxiv-newsletter",
    )
    try:
        session = boto3.session.Session(region_name=region)
        return session.client(service, endpoint_url=endpoint_url, config=settings)
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(
            f"aws.region: cannot set up {service}: {error}; set the region, such as eu-west-1"
        ) from error


def code_of(error: Exception) -> str:
    """Return AWS's own word for an error; the kind of error where it has none."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "")) or "ClientError"
    return type(error).__name__


def needs_somebody(error: Exception) -> bool:
    """Tell whether asking again is of no use before somebody has set something right."""
    return code_of(error) in _NEEDS_SOMEBODY or type(error).__name__.endswith("CredentialsError")
