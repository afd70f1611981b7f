"""The translation loads into emulated AWS."""

import pytest
from moto import mock_aws

from tests.servers.moto_stack import Stack, load_stack


@pytest.fixture(scope="module")
def stack() -> Stack:
    with pytest.warns(UserWarning, match="not supported by moto"), mock_aws():
        return load_stack(None)


def test_tables_queues_and_bucket_are_made(stack: Stack) -> None:
    assert stack.names["MainTable"] == "newsletter-test-main"
    assert stack.names["LedgerTable"] == "newsletter-test-ledger"
    assert "bundlebucket" in stack.names["BundleBucket"]
    assert {
        "ParcelQueue",
        "ParcelDeadLetters",
        "SesEventQueue",
        "SesEventDeadLetters",
        "ScheduleDeadLetters",
    } == set(stack.queue_urls)


def test_the_functions_know_what_was_made(stack: Stack) -> None:
    environment = stack.environment
    assert environment["NEWSLETTER_STORE__TABLE"] == stack.names["MainTable"]
    assert environment["NEWSLETTER_AWS__QUEUE_URL"] == stack.queue_urls["ParcelQueue"]
    assert environment["NEWSLETTER_AWS__BUNDLE_BUCKET"] == stack.names["BundleBucket"]
