"""When arXiv is asked again, and after how long."""

from datetime import UTC, datetime

import pytest

from newsletter.sources.retrying import RetryPolicy, is_rate_exceeded, parse_retry_after

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 17 ", 17.0),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 12:01:30 -0000", 90.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=NOW) == seconds


def test_waits_double_up_to_the_cap_with_jitter() -> None:
    policy = RetryPolicy(attempts=9, base_s=4, cap_s=20, jitter=lambda: 1.0)
    assert [policy.wait_s(attempt, None) for attempt in range(1, 6)] == [4, 8, 16, 20, 20]
    least = RetryPolicy(attempts=9, base_s=4, cap_s=20, jitter=lambda: 0.0)
    assert least.wait_s(1, None) == 2


def test_the_last_attempt_is_the_last() -> None:
    assert RetryPolicy(attempts=3).wait_s(3, None) is None


def test_retry_after_is_waited_for_unless_it_is_too_long() -> None:
    policy = RetryPolicy(base_s=1, longest_wait_s=120)
    assert policy.wait_s(1, 100) == 100
    assert policy.wait_s(1, 121) is None


@pytest.mark.parametrize("body", [b"Rate exceeded.", b"Rate exceeded.\n", b" rate exceeded "])
def test_rate_exceeded_is_recognised(body: bytes) -> None:
    assert is_rate_exceeded(body)


@pytest.mark.parametrize("body", [b"", b"<feed>Rate exceeded.</feed>", b"Rate exceeded." * 99])
def test_other_answers_are_not_rate_exceeded(body: bytes) -> None:
    assert not is_rate_exceeded(body)
