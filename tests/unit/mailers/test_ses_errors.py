"""The table of SES errors is complete, and read in the right order."""

import inspect
from collections.abc import Iterator

import botocore.exceptions
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
    QuotaExceededError,
)
from newsletter.mailers.ses_errors import CODES, failure_meaning, read_error

SERVICE = botocore.session.get_session().get_service_model("sesv2")
FOREIGN = frozenset(
    """
    EventStreamError InvalidDNSNameError InvalidExpressionError InvalidS3AddressingStyleError
    InvalidS3UsEast1RegionalEndpointConfigError OperationNotPageableError PaginationError
    StubResponseError UnsupportedOutpostResourceError UnsupportedS3AccesspointConfigurationError
    UnsupportedS3ArnError UnsupportedS3ConfigurationError UnsupportedS3ControlArnError
    UnsupportedS3ControlConfigurationError UnsupportedTLSVersionWarning WaiterConfigError
    WaiterError
    """.split()  # noqa: SIM905 - a list of names to read, not to edit
)
"""Errors of other services, of waiters and of stubs: sending cannot raise them."""


def sdk_errors() -> Iterator[type[Exception]]:
    for _, found in inspect.getmembers(botocore.exceptions, inspect.isclass):
        is_ours = found.__module__ == "botocore.exceptions"
        if is_ours and issubclass(found, Exception) and not issubclass(found, Warning):
            yield found
    yield ResponseParserError


def refusal(code: str, text: str, status: int, **headers: str) -> ClientError:
    reply = {
        "Error": {"Code": code, "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(reply, "SendEmail")


def read(code: str = "", text: str = "", status: int = 400, **headers: str) -> MailerError:
    return read_error(refusal(code, text, status, **headers), handed_over=True)


def test_every_error_of_the_service_model_is_in_the_table() -> None:
    operation = SERVICE.operation_model("SendEmail")
    shapes = [*operation.error_shapes, *SERVICE.error_shapes]
    assert len(operation.error_shapes) >= 8
    assert {shape.name for shape in shapes} <= set(CODES)


def test_an_error_with_a_status_of_its_own_below_500_is_never_unknown() -> None:
    """A reply that refuses is definite: the service model says with which status it comes."""
    for shape in SERVICE.operation_model("SendEmail").error_shapes:
        status = shape.metadata["error"]["httpStatusCode"]
        assert not isinstance(read(shape.name, status=status), OutcomeUnknownError), shape.name


@pytest.mark.parametrize("error_type", tuple(sdk_errors()), ids=lambda kind: kind.__name__)
def test_every_error_of_the_sdk_is_in_the_table_or_named_as_foreign(
    error_type: type[Exception],
) -> None:
    roots = {"BotoCoreError", "ClientError"}
    names = {base.__name__ for base in error_type.__mro__}
    assert error_type.__name__ in roots or failure_meaning(error_type) or names & FOREIGN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Daily message quota exceeded.", QuotaExceededError),
        ("Maximum sending rate exceeded.", MailerThrottledError),
        ("Email address is not verified. …: reader@example.org", MailerStoppedError),
    ],
)
@pytest.mark.parametrize("code", ["MessageRejected", "TooManyRequestsException", "Odd"])
@pytest.mark.parametrize("status", [400, 429, 454, 503])
def test_the_text_decides_before_code_and_status(
    text: str, expected: type[MailerError], code: str, status: int
) -> None:
    assert type(read(code, text, status)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, MailerStoppedError),
        (401, MailerStoppedError),
        (403, MailerStoppedError),
        (404, MailerStoppedError),
        (407, MailerStoppedError),
        (408, OutcomeUnknownError),
        (413, MessageRejectedError),
        (429, MailerThrottledError),
        (500, OutcomeUnknownError),
        (503, OutcomeUnknownError),
        (599, OutcomeUnknownError),
        (0, OutcomeUnknownError),
    ],
)
def test_an_unknown_code_is_read_by_its_status(status: int, expected: type[MailerError]) -> None:
    assert type(read("NeverHeardOf", status=status)) is expected


@pytest.mark.parametrize("code", [*CODES, "NeverHeardOf"])
def test_from_status_500_on_nothing_is_certain(code: str) -> None:
    assert type(read(code, status=500)) is OutcomeUnknownError


@pytest.mark.parametrize("code", [*CODES, "NeverHeardOf"])
def test_who_must_act_is_told_what_to_do(code: str) -> None:
    error = read(code, "No.")
    if isinstance(error, MailerStoppedError):
        assert len(str(error).rpartition("; ")[2]) > 20


def test_an_error_before_the_mail_had_left_is_definite() -> None:
    broken = botocore.exceptions.ConnectionClosedError(endpoint_url="https://ses.example.org")
    assert type(read_error(broken, handed_over=False)) is MailerUnavailableError
    assert type(read_error(broken, handed_over=True)) is OutcomeUnknownError


def test_an_error_never_seen_before_is_unknown_once_the_mail_had_left() -> None:
    class NewError(botocore.exceptions.BotoCoreError):  # type: ignore[misc]  # untyped base
        fmt = "new"

    assert type(read_error(NewError(), handed_over=True)) is OutcomeUnknownError
    assert type(read_error(NewError(), handed_over=False)) is MailerUnavailableError


def test_the_message_has_no_address_and_one_line() -> None:
    text = f"Email address is not verified: reader@example.org,\r\nX: y@example.org {'z' * 9999}"
    message = str(read("MessageRejected", text))
    assert "@" not in message
    assert message.isprintable()
    assert len(message) < 600


@given(st.text())
def test_no_text_of_the_provider_carries_an_address_out(text: str) -> None:
    message = str(read("MessageRejected", text + " a@b " + text))
    assert "@" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("stated", "expected"), [("7", 7.0), ("999999", 3600.0), ("soon", None), ("-1", None)]
)
def test_retry_after_is_passed_on_within_bounds(stated: str, expected: float | None) -> None:
    error = read_error(refusal("Throttling", "", 429, **{"retry-after": stated}), handed_over=True)
    assert error.retry_after_s == expected
