"""No exception of requests or urllib3 is without its line in the table."""

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest
import requests.exceptions
import urllib3.exceptions

from newsletter.errors import (
    ConfigurationError,
    MalformedAnnouncementError,
    NewsletterError,
    SourceUnavailableError,
)
from newsletter.sources.failures import KINDS, as_newsletter_error


def exceptions_of(module: ModuleType) -> Iterator[type[Exception]]:
    for _, found in inspect.getmembers(module, inspect.isclass):
        if found.__module__ == module.__name__ and issubclass(found, Exception):
            yield found


EXPECTED = [
    found
    for module in (requests.exceptions, urllib3.exceptions)
    for found in exceptions_of(module)
    if not issubclass(found, Warning)
]


def test_every_exception_has_its_own_line() -> None:
    assert len(EXPECTED) > 40
    assert [found.__name__ for found in EXPECTED if found not in KINDS] == []


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (requests.ReadTimeout("x"), SourceUnavailableError, "did not answer in time"),
        (requests.ConnectionError("x"), SourceUnavailableError, "could not be read"),
        (requests.exceptions.InvalidSchema("x"), ConfigurationError, r"\[arxiv\]"),
        (requests.exceptions.ContentDecodingError("x"), MalformedAnnouncementError, "not be read"),
        (urllib3.exceptions.DecodeError("x"), MalformedAnnouncementError, "not be read"),
        (urllib3.exceptions.ProtocolError("x"), SourceUnavailableError, "could not be read"),
    ],
)
def test_errors_become_ours(error: Exception, kind: type[NewsletterError], words: str) -> None:
    ours = as_newsletter_error(error, url="https://x.example/rss/cs.AI?secret=1")
    assert type(ours) is kind
    with pytest.raises(kind, match=words):
        raise ours
    assert "secret" not in str(ours)


def test_a_subclass_that_is_not_known_goes_with_its_nearest_kin() -> None:
    class Odd(requests.exceptions.InvalidURL):
        pass

    assert isinstance(as_newsletter_error(Odd("x"), url="x"), ConfigurationError)
