"""Links that cannot be forged, mixed up or read."""

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from subscribers.errors import ExpiredTokenError, InvalidTokenError
from subscribers.tokens import LIFETIMES, Grant, Purpose, TokenSigner
from tests.factories import make_subscriber

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY = b"the key of these tests, long enough"
OLD_KEY = b"an older key of these tests, long enough"
ID = str(ULID.from_int(2**127 + 12345))

IDS = st.integers(0, 2**128 - 1).map(lambda number: str(ULID.from_int(number)))
EXTRAS = st.text(st.characters(min_codepoint=1, codec="utf-8"), max_size=16)
PURPOSES = st.sampled_from(Purpose)


def signer(*keys: bytes, now: datetime = NOW) -> TokenSigner:
    return TokenSigner(keys or (KEY,), clock=lambda: now)


@given(PURPOSES, IDS, st.integers(0, 65535), EXTRAS)
def test_what_was_signed_is_what_is_verified(
    purpose: Purpose, subscriber_id: str, generation: int, extra: str
) -> None:
    token = signer().sign(purpose, subscriber_id, generation=generation, extra=extra)
    grant = signer().verify(purpose, token)
    assert (grant.purpose, grant.subscriber_id, grant.extra) == (purpose, subscriber_id, extra)
    assert grant.generation in (None, generation)
    assert (grant.issued_at is None) == (LIFETIMES[purpose] is None)


@given(PURPOSES, IDS, EXTRAS, st.data())
def test_a_token_with_one_other_character_is_refused(
    purpose: Purpose, subscriber_id: str, extra: str, data: st.DataObject
) -> None:
    token = signer().sign(purpose, subscriber_id, extra=extra)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCabc019_-").filter(lambda char: char != token[place]))
    with pytest.raises(InvalidTokenError):
        signer().verify(purpose, token[:place] + other + token[place + 1 :])


@given(st.text(max_size=200))
def test_any_text_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        signer().verify(Purpose.UNSUBSCRIBE, text)


@pytest.mark.parametrize("cut", [0, 1, 10, 42])
def test_a_token_cut_short_is_refused(cut: int) -> None:
    token = signer().sign(Purpose.UNSUBSCRIBE, ID)
    with pytest.raises(InvalidTokenError):
        signer().verify(Purpose.UNSUBSCRIBE, token[:cut])


def test_another_spelling_of_the_same_bytes_is_refused() -> None:
    """The last character of 43 has two bits that decoding drops."""
    token = signer().sign(Purpose.UNSUBSCRIBE, ID)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]
    assert base64.urlsafe_b64decode(twin + "=") == base64.urlsafe_b64decode(token + "=")
    with pytest.raises(InvalidTokenError):
        signer().verify(Purpose.UNSUBSCRIBE, twin)


def test_a_token_is_worth_nothing_for_another_purpose() -> None:
    for purpose in Purpose:
        token = signer().sign(purpose, ID)
        for other in set(Purpose) - {purpose}:
            with pytest.raises(InvalidTokenError):
                signer().verify(other, token)


def test_another_key_does_not_verify() -> None:
    with pytest.raises(InvalidTokenError):
        signer(OLD_KEY).verify(Purpose.MANAGE, signer(KEY).sign(Purpose.MANAGE, ID))


def test_links_of_an_older_key_work_until_the_key_is_taken_out() -> None:
    old = signer(OLD_KEY).sign(Purpose.UNSUBSCRIBE, ID)
    assert signer(KEY, OLD_KEY).verify(Purpose.UNSUBSCRIBE, old).subscriber_id == ID
    new = signer(KEY, OLD_KEY).sign(Purpose.UNSUBSCRIBE, ID)
    assert signer(KEY).verify(Purpose.UNSUBSCRIBE, new).subscriber_id == ID


@pytest.mark.parametrize("purpose", [p for p in Purpose if LIFETIMES[p] is not None])
def test_a_link_is_good_for_its_lifetime_and_not_a_second_longer(purpose: Purpose) -> None:
    lifetime = LIFETIMES[purpose]
    assert lifetime is not None
    token = signer().sign(purpose, ID)
    assert signer(now=NOW + lifetime).verify(purpose, token).issued_at == NOW
    with pytest.raises(ExpiredTokenError, match="expired 1 minute ago") as caught:
        signer(now=NOW + lifetime + timedelta(seconds=90)).verify(purpose, token)
    assert caught.value.expired_for_s == 90
    assert caught.value.subscriber_id == ID


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.VIEW])
def test_leaving_and_viewing_never_expire(purpose: Purpose) -> None:
    token = signer().sign(purpose, ID)
    assert signer(now=NOW + timedelta(days=3650)).verify(purpose, token).subscriber_id == ID


def test_the_link_to_leave_fits_into_a_line_of_mail() -> None:
    token = signer().sign(Purpose.UNSUBSCRIBE, ID)
    assert len(token) == 43
    assert len(f"<https://papers.example.org/u/{token}>") <= 76


@pytest.mark.parametrize("purpose", Purpose)
def test_no_token_without_extra_is_longer_than_sixty_characters(purpose: Purpose) -> None:
    assert len(signer().sign(purpose, ID, generation=3)) <= 60


@given(PURPOSES, IDS, EXTRAS)
def test_a_token_ends_in_a_letter_or_digit(purpose: Purpose, who: str, extra: str) -> None:
    assert signer().sign(purpose, who, extra=extra)[-1].isalnum()


def test_a_token_shows_neither_id_nor_extra() -> None:
    token = signer().sign(Purpose.FEEDBACK, ID, extra="2611.00001")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert b"2611" not in raw
    assert ULID.from_str(ID).bytes[:4] not in raw


def test_two_tokens_of_one_reader_have_nothing_in_common() -> None:
    first = signer().sign(Purpose.FEEDBACK, ID, extra="2611.00001")
    second = signer().sign(Purpose.FEEDBACK, ID, extra="2611.00002")
    assert not any(first[i : i + 5] in second for i in range(len(first) - 5))


def test_a_manage_link_stops_fitting_when_the_address_changes() -> None:
    reader = make_subscriber(generation=2)
    grant = signer().verify(
        Purpose.MANAGE, signer().sign(Purpose.MANAGE, reader.id, generation=reader.generation)
    )
    assert grant.fits(reader)
    assert not grant.fits(make_subscriber(generation=3))
    assert not grant.fits(make_subscriber(2, generation=2))


def test_the_link_to_leave_outlives_a_change_of_address() -> None:
    reader = make_subscriber(generation=7)
    grant = signer().verify(Purpose.UNSUBSCRIBE, signer().sign(Purpose.UNSUBSCRIBE, reader.id))
    assert grant == Grant(purpose=Purpose.UNSUBSCRIBE, subscriber_id=reader.id)
    assert grant.fits(reader)


def test_weak_keys_and_wrong_payloads_are_mistakes_of_the_program() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        TokenSigner([b"short"], clock=lambda: NOW)
    with pytest.raises(ValueError, match="there must be a key"):
        TokenSigner([], clock=lambda: NOW)
    with pytest.raises(ValueError, match="at most 64 bytes"):
        signer().sign(Purpose.VIEW, ID, extra="x" * 65)
    with pytest.raises(ValueError, match="no NUL"):
        signer().sign(Purpose.VIEW, ID, extra="a\0")
