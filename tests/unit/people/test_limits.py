"""Wishes are counted by network, by address, and in all."""

import pytest

from newsletter.people.errors import TooManyRequestsError
from newsletter.people.limits import Rates, WishLimiter


def takes(limiter: WishLimiter, *clients: str) -> list[bool]:
    return [is_taken(limiter, client) for client in clients]


def is_taken(limiter: WishLimiter, client: str) -> bool:
    try:
        limiter.take(client)
    except TooManyRequestsError as error:
        return not 1 <= (error.retry_after_s or 0) <= 3601
    return True


@pytest.mark.parametrize(
    ("same", "another"),
    [
        (("192.0.2.1", "192.0.2.77", "::ffff:192.0.2.9"), "192.0.3.1"),
        (("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::"), "2001:db8:0:1::1"),
        (("", "testclient", "?"), "192.0.2.1"),
    ],
)
def test_a_network_has_its_share_and_no_more(same: tuple[str, ...], another: str) -> None:
    limiter = WishLimiter(Rates(per_network=2))
    assert takes(limiter, *same, another) == [True, True, False, True]


def test_there_is_a_limit_in_all() -> None:
    limiter = WishLimiter(Rates(in_all=3))
    assert takes(limiter, *(f"10.0.{n}.1" for n in range(5))) == [True, True, True, False, False]


def test_one_network_alone_cannot_shut_the_others_out() -> None:
    limiter = WishLimiter(Rates(per_network=2, in_all=5))
    takes(limiter, *["192.0.2.1"] * 100)
    assert is_taken(limiter, "198.51.100.1")


def test_an_address_has_its_share_whoever_asks() -> None:
    limiter = WishLimiter(Rates(per_address=2))
    assert [limiter.take_address("aa") for _ in range(3)] == [True, True, False]
    assert limiter.take_address("bb")
