"""Texts in the DNS."""

import secrets
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.doctor import records


def test_spf_records_are_told_from_other_texts() -> None:
    texts = ("v=spf1", "V=SPF1 mx -all", "v=spf10 mx", "spf2.0/pra", " v=spf1 a ", "v=spf1x")
    assert records.spf_records(texts) == ("v=spf1", "V=SPF1 mx -all", "v=spf1 a")


@pytest.mark.parametrize(
    ("record", "count"),
    [
        ("v=spf1 -all", 0),
        ("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ~all", 0),
        ("v=spf1 a mx ptr include:x.org exists:%{i}.x.org redirect=x.org", 6),
        ("v=spf1 ?a:x.org +mx/24 -include:x.org a/24 ~all", 4),
    ],
)
def test_the_terms_that_need_a_look_up_are_counted(record: str, count: int) -> None:
    assert records.spf_lookups(records.spf_terms(record)) == count


def test_dmarc_records_are_told_from_other_texts() -> None:
    texts = ("v=DMARC1; p=none", "v = DMARC1;p=none", "v=DMARC1", "v=DMARC10; p=none", "p=none")
    assert records.dmarc_records(texts) == ("v=DMARC1; p=none", "v = DMARC1;p=none", "v=DMARC1")


def test_tags_are_read_whatever_the_spaces() -> None:
    assert records.tags(" v=DKIM1 ; k = rsa;p=AB=; p=second; nothing") == {
        "v": "DKIM1",
        "k": "rsa",
        "p": "AB=",
    }


@pytest.mark.parametrize(
    ("record", "is_key"),
    [("p=AAAA", True), ("v=DKIM1; p=", True), ("v=DKIM2; p=A", False), ("v=spf1 -all", False)],
)
def test_keys_are_told_from_other_texts(record: str, *, is_key: bool) -> None:
    assert records.is_dkim_key(record) is is_key


@pytest.mark.parametrize(("size_bytes", "bits"), [(94, 512), (162, 1024), (294, 2048), (550, 4096)])
def test_the_size_of_a_key_follows_from_its_length(size_bytes: int, bits: int) -> None:
    assert records.rsa_bits(b64encode(secrets.token_bytes(size_bytes)).decode()) == bits


def test_what_is_no_base64_is_no_key() -> None:
    assert records.rsa_bits("not a key!") is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    records.spf_lookups(records.spf_terms(text))
    records.tags(text)
    assert len(records.spf_records([text])) + len(records.dmarc_records([text])) <= 1
    assert (records.rsa_bits(text) or 0) % 256 == 0
