"""Kinds of text that settings are made of."""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

MAX_CHARS = 1000
_REGION = re.compile(r"([a-z]{2,8}(-[a-z0-9]{1,12}){1,4})?")


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it must be one line without control characters")
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("it must not be empty")
    return text


def _web_address(text: str) -> str:
    if not _is_web_address(text):
        raise ValueError("it must be a web address such as https://papers.example.org")
    return text.rstrip("/")


def _secure_web_address(text: str) -> str:
    address = _web_address(text)
    if not address.startswith("https://"):
        raise ValueError("it must start with https://: mails have no other links")
    return address


def _endpoint(text: str) -> str:
    address = _web_address(text)
    host = urlsplit(address).hostname or ""
    if address.startswith("http://") and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("it must start with https://, unless it is this machine itself")
    return address


def _is_web_address(text: str) -> bool:
    if any(char.isspace() or char in '<>"\\' for char in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not parts.query + parts.fragment


def checked_address(text: str) -> str:
    """Return the address in its normal form; raise ``ValueError`` saying what is wrong."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 15 ms

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"it must be an email address: {error}") from error


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise ValueError("it must be an AWS region such as eu-west-1")
    return text


def _unless_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else text


Line = Annotated[str, Field(max_length=MAX_CHARS), AfterValidator(_one_line)]
"""One line of text; may be empty."""

FilledLine = Annotated[Line, AfterValidator(_filled)]
"""One line of text."""

WebAddress = Annotated[FilledLine, AfterValidator(_web_address)]
"""An http or https address, without a slash at its end."""

SecureWebAddress = Annotated[FilledLine, AfterValidator(_secure_web_address)]
"""An https address, without a slash at its end."""

Region = Annotated[Line, AfterValidator(_region)]
"""An AWS region, or empty."""

OptionalEndpoint = Annotated[Line, AfterValidator(_unless_empty(_endpoint))]
"""An https address, or an http address of this machine, or empty."""

MailAddress = Annotated[FilledLine, AfterValidator(checked_address)]
"""A bare email address."""

OptionalMailAddress = Annotated[Line, AfterValidator(_unless_empty(checked_address))]
"""A bare email address, or empty."""
