"""Addresses as people, robots and enemies write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.address import MAX_ADDRESS_CHARS, keyed_hash, mask, parse
from subscribers.errors import InvalidAddressError

KEY = b"a key of the hashes, for tests"
LOCALS = st.from_regex(r"[A-Za-z0-9+_-]{1,20}(\.[A-Za-z0-9+_-]{1,20})?", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?\.(org|com|io)", fullmatch=True).filter(
    lambda domain: "--" not in domain
)


@given(LOCALS, DOMAINS)
def test_parsing_twice_is_parsing_once(local: str, domain: str) -> None:
    once = parse(f"{local}@{domain.upper()}")
    assert once == f"{local}@{domain}"
    assert parse(once) == once


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse(text)
    except InvalidAddressError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert len(address) <= MAX_ADDRESS_CHARS
    assert address.count("@") == 1


@given(LOCALS, DOMAINS, st.sampled_from("\r\n\0\t\x7f\u2028\u200b\u202e\x85"), st.integers(0, 40))
def test_no_control_character_passes_inside(
    local: str, domain: str, control: str, place: int
) -> None:
    address = f"{local}@{domain}"
    place = 1 + place % (len(address) - 1)
    with pytest.raises(InvalidAddressError):
        parse(address[:place] + control + address[place:])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\0", "\nBcc: victim@example.org"])
def test_a_line_end_after_the_address_is_refused(end: str) -> None:
    with pytest.raises(InvalidAddressError, match="line ends"):
        parse(f"reader@example.org{end}")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("  reader@example.org ", "reader@example.org"),
        ("Reader.One@Example.ORG", "Reader.One@example.org"),
        ("reader@bücher.example.org", "reader@xn--bcher-kva.example.org"),
        ("reader@例え.jp", "reader@xn--r8jz45g.jp"),
        ("o'neill+arxiv@example.org", "o'neill+arxiv@example.org"),
    ],
)
def test_the_normal_form(text: str, address: str) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("reader", "not an address"),
        ("reader@localhost", "not an address"),
        ("reader@[127.0.0.1]", "not an address"),
        ('"a b"@example.org', "not an address"),
        ("Ada <reader@example.org>", "only what is between"),
        ("a@example.org, b@example.org", "not an address"),
        ("用户@example.org", "'用户@example.org' is not an address"),
        ("Jörg@example.org", "'Jörg@example.org' is not an address"),
        ("a" * 250 + "@example.org", "longer than"),
        ("r" * 65 + "@example.org", "not an address"),
        ("reader@" + "ü" * 60 + "." + "ü" * 60 + ".example.org", "not an address"),
    ],
)
def test_what_is_refused_says_why(text: str, why: str) -> None:
    with pytest.raises(InvalidAddressError, match=why):
        parse(text)


def test_two_spellings_that_differ_in_case_have_one_hash() -> None:
    assert keyed_hash("Reader@example.org", KEY) == keyed_hash("reader@example.org", KEY)


def test_the_hash_depends_on_address_and_key() -> None:
    hashes = {
        keyed_hash("reader1@example.org", KEY),
        keyed_hash("reader2@example.org", KEY),
        keyed_hash("reader1@example.org", KEY + b"!"),
    }
    assert len(hashes) == 3
    assert all(len(value) == 64 for value in hashes)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        keyed_hash("reader@example.org", b"short")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("reader1@example.org", "r***1@example.org"),
        ("ab@example.org", "a***@example.org"),
        ("a@example.org", "a***@example.org"),
    ],
)
def test_a_mask_hides_all_but_the_ends(address: str, shown: str) -> None:
    assert mask(address) == shown


@given(st.text(alphabet="bcdefgh", min_size=4, max_size=30))
def test_a_mask_never_has_the_whole_local_part(local: str) -> None:
    assert local not in mask(f"{local}@example.org").partition("@")[0]
