"""Questions to a real name server on loopback."""

from collections.abc import Iterator

import pytest

from newsletter.doctor.resolver import DnsResolver, Outcome, parse_server
from newsletter.errors import UsageError
from tests.servers.fake_dns import FakeDns


@pytest.fixture
def names() -> Iterator[FakeDns]:
    with FakeDns() as fake:
        yield fake


@pytest.fixture
def resolver(names: FakeDns) -> DnsResolver:
    return DnsResolver(names.address, lifetime_s=5)


def test_texts_are_put_together_from_their_strings(names: FakeDns, resolver: DnsResolver) -> None:
    long = "v=DKIM1; p=" + "A" * 400
    names.texts["a.example.org"] = (long, 'with "quotes" and \\')
    lookup = resolver.texts("a.example.org")
    assert lookup.outcome is Outcome.FOUND
    assert set(lookup.records) == {long, 'with "quotes" and \\'}


def test_an_answer_too_long_for_a_packet_comes_over_tcp(
    names: FakeDns, resolver: DnsResolver
) -> None:
    names.texts["a.example.org"] = tuple(f"{number} " + "x" * 200 for number in range(20))
    assert len(resolver.texts("a.example.org").records) == 20
    assert names.asked == ["TXT a.example.org", "+TXT a.example.org"]


def test_an_alias_is_lower_case_without_its_last_dot(names: FakeDns, resolver: DnsResolver) -> None:
    names.aliases["t._domainkey.example.org"] = "T.dkim.amazonses.com"
    assert resolver.aliases("t._domainkey.example.org").records == ("t.dkim.amazonses.com",)


def test_no_name_and_no_data_are_told_apart(names: FakeDns, resolver: DnsResolver) -> None:
    names.texts["s1._domainkey.example.org"] = ("v=DKIM1; p=AAAA",)
    assert resolver.texts("_domainkey.example.org").outcome is Outcome.NO_DATA
    assert resolver.texts("_dmarc.example.org").outcome is Outcome.NO_NAME


def test_a_server_that_cannot_answer_is_no_word_on_the_name(
    names: FakeDns, resolver: DnsResolver
) -> None:
    names.broken.add("example.org")
    lookup = resolver.texts("example.org")
    assert (lookup.outcome, lookup.records) == (Outcome.NO_ANSWER, ())
    assert "SERVFAIL" in lookup.why


def test_silence_is_bounded(names: FakeDns) -> None:
    names.silent.add("example.org")
    lookup = DnsResolver(names.address, lifetime_s=0.2).texts("example.org")
    assert lookup.outcome is Outcome.NO_ANSWER
    assert "Timeout" in lookup.why


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".org", "a." * 200 + "org"])
def test_a_name_that_is_none_is_no_error(resolver: DnsResolver, name: str) -> None:
    assert resolver.texts(name).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
        ("[2001:db8::1]:", ("2001:db8::1", 53)),
    ],
)
def test_name_servers_are_addresses(text: str, wanted: tuple[str, int]) -> None:
    assert parse_server(text) == wanted


@pytest.mark.parametrize("text", ["", "dns.example.org", "192.0.2.1:x", "192.0.2.1:0", "1.2.3"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no name server"):
        DnsResolver(text)
