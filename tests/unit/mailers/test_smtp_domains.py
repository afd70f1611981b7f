"""No domain gets more mails at once than is allowed, and none waits for another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from newsletter.errors import MailerUnavailableError
from newsletter.mailers.smtp_domains import DomainLimit


def test_a_domain_is_full_whatever_its_spelling_and_others_are_not() -> None:
    limit = DomainLimit(2)
    with ExitStack() as inside:
        for address in ("one@example.org", "two@EXAMPLE.org", "one@example.com"):
            inside.enter_context(limit.entered(address, timeout_s=0))
        with (
            pytest.raises(MailerUnavailableError, match="2 mails") as caught,
            limit.entered("three@example.org", timeout_s=0.01),
        ):
            pass
        assert "three" not in str(caught.value)
    with limit.entered("three@example.org", timeout_s=0):
        pass


def test_who_waits_goes_on_when_another_is_done_even_if_that_failed() -> None:
    limit = DomainLimit(1)
    is_in, may_fail = threading.Event(), threading.Event()

    def fail() -> None:
        with limit.entered("one@example.org", timeout_s=5):
            is_in.set()
            may_fail.wait(5)
            raise ZeroDivisionError

    def follow() -> bool:
        with limit.entered("two@example.org", timeout_s=5):
            return may_fail.is_set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fail)
        assert is_in.wait(5)
        second = pool.submit(follow)
        may_fail.set()
        assert second.result(5)
        with pytest.raises(ZeroDivisionError):
            first.result(5)


def test_never_more_than_allowed_are_in_at_once() -> None:
    limit, lock = DomainLimit(3), threading.Lock()
    inside, most = 0, 0

    def enter(number: int) -> None:
        nonlocal inside, most
        with limit.entered(f"reader{number}@example.org", timeout_s=5):
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.001)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(enter, range(60)))
    assert most == 3
