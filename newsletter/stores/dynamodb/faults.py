"""Say in the operator's words what DynamoDB could not do. Every error of its SDK ends here.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

from newsletter.errors import StoreError
from newsletter.stores.dynamodb.items import from_wire_item

SDK_ERRORS: Final = (BotoCoreError, ClientError, ResponseParserError)
MAX_TEXT_CHARS: Final = 300

_BUSY = "it is busy: run again later; on demand, its tables grow by themselves"
_NO_TABLE = "there is no such table: check store.table, store.ledger_table and aws.region"
_DENIED = "allow this role or user the actions on the table that infra/template.yaml lists"
_RENEW = "renew the AWS credentials"
_SIGNATURE = "check the AWS access key, its secret and this machine's clock"
_GIVE = "give AWS credentials: a role, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_BUG = "it does not fit this version: report this as a bug"

WHAT_AND_FIX: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ThrottlingException": _BUSY,
        "ThrottlingError": _BUSY,
        "Throttling": _BUSY,
        "ProvisionedThroughputExceededException": _BUSY,
        "ProvisionedThroughputExceeded": _BUSY,
        "RequestLimitExceeded": _BUSY,
        "TransactionConflictException": _BUSY,
        "TransactionConflict": _BUSY,
        "TransactionInProgressException": _BUSY,
        "LimitExceededException": _BUSY,
        "InternalServerError": "it failed by itself: run again",
        "ServiceUnavailable": "it failed by itself: run again",
        "ResourceNotFoundException": _NO_TABLE,
        "AccessDeniedException": _DENIED,
        "ExpiredTokenException": _RENEW,
        "InvalidSignatureException": _SIGNATURE,
        "IncompleteSignature": _SIGNATURE,
        "UnrecognizedClientException": _SIGNATURE,
        "MissingAuthenticationTokenException": _GIVE,
        "ValidationException": _BUG,
        "ValidationError": _BUG,
        "ItemCollectionSizeLimitExceededException": _BUG,
        "ItemCollectionSizeLimitExceeded": _BUG,
        "IdempotentParameterMismatchException": _BUG,
    }
)
"""Error code → what is wrong, and what to do."""

CONFLICTS: Final = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
"""Reasons for which a transaction is worth another try; the SDK makes none by itself."""

CONDITION_FAILED: Final = "ConditionalCheckFailed"


class ConditionFailedError(Exception):
    """A condition did not hold, and nothing was written; never leaves this package.

    Attributes:
        failed: for each action in order, whether its condition failed.
        found: for each action in order, the item as it is; None where it is not there, or where
            its condition held.
    """

    def __init__(self, failed: Sequence[bool], found: Sequence[Mapping[str, Any] | None]) -> None:
        super().__init__("a condition did not hold")
        self.failed = tuple(failed)
        self.found = tuple(found)


def code_of(error: ClientError) -> str:
    """Return the error's code."""
    return str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]


def cancellation_codes(error: ClientError) -> tuple[str, ...]:
    """Return why each action of a cancelled transaction failed; ``None`` is that it did not."""
    reasons = error.response.get("CancellationReasons") or ()
    return tuple(str(reason.get("Code") or "None") for reason in reasons)


def condition_failed(error: ClientError) -> ConditionFailedError | None:
    """Return what failed, if conditions and nothing else did."""
    code = code_of(error)
    if code == "ConditionalCheckFailedException":
        return ConditionFailedError([True], [_found(error.response)])
    codes = cancellation_codes(error)
    if code != "TransactionCanceledException" or not set(codes) <= {"None", CONDITION_FAILED}:
        return None
    return ConditionFailedError(
        [code == CONDITION_FAILED for code in codes],
        [_found(reason) for reason in error.response["CancellationReasons"]],
    )


def is_conflict(error: ClientError) -> bool:
    """Tell whether a transaction met another one, or too many, and may be tried again."""
    return code_of(error) in CONFLICTS or bool(CONFLICTS & set(cancellation_codes(error)))


def store_error(error: Exception) -> StoreError:
    """Make our error of the SDK's, with the fix and the SDK's own words."""
    fix = "it cannot be reached: check the network and aws.endpoint_url"
    if isinstance(error, ClientError):
        codes = (code_of(error), *cancellation_codes(error))
        fix = next((WHAT_AND_FIX[code] for code in codes if code in WHAT_AND_FIX), "it refuses")
    elif isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        fix = _GIVE
    elif isinstance(error, NoRegionError):
        fix = "set aws.region"
    elif isinstance(error, ResponseParserError):
        fix = "its answer is none: check aws.endpoint_url"
    return StoreError(f"the store on DynamoDB: {fix} ({str(error)[:MAX_TEXT_CHARS]})")


@contextmanager
def reported() -> Iterator[None]:
    """Turn what goes wrong with DynamoDB inside the block into ``StoreError``."""
    try:
        yield
    except SDK_ERRORS as error:
        raise store_error(error) from error


def damaged(what: str, error: Exception) -> StoreError:
    """Say that an item holds something no version of ours has written."""
    return StoreError(
        f"the store on DynamoDB: {what} cannot be understood ({error!r}): its contents do not fit "
        "this version: restore a backup, or report this as a bug"
    )


def _found(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    item = response.get("Item")
    return from_wire_item(item) if item else None
