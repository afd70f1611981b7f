"""SPF, DKIM and DMARC of a domain, as a real name server on loopback tells them."""

from base64 import b64encode
from collections.abc import Iterable, Iterator

import pytest

from newsletter.doctor import domain
from newsletter.doctor.finding import Finding
from newsletter.doctor.resolver import DnsResolver
from tests.servers.fake_dns import FakeDns

NAME = "papers.real-name.io"
KEY_2048 = b64encode(bytes(294)).decode()
KEY_1024 = b64encode(bytes(162)).decode()
TOKENS = ("one", "two", "three")


@pytest.fixture
def names() -> Iterator[FakeDns]:
    with FakeDns() as fake:
        yield fake


@pytest.fixture
def resolver(names: FakeDns) -> DnsResolver:
    return DnsResolver(names.address, lifetime_s=5)


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    assert (finding.fix == "") == (finding.level == "ok")
    assert (finding.exit_code == 78) == (finding.level == "problem")
    return finding


@pytest.mark.parametrize(
    ("texts", "level", "part"),
    [
        (("v=spf1 mx -all", "other=1"), "ok", "has an SPF record"),
        (("v=spf1 include:amazonses.com ~all",), "ok", "has an SPF record"),
        (("other=1",), "warning", "no SPF record"),
        ((), "warning", "no SPF record"),
        (("v=spf1 mx -all", "v=spf1 a -all"), "problem", "2 SPF records"),
        (("v=spf1 +all",), "problem", "lets everybody send"),
        (("v=spf1 mx all",), "problem", "lets everybody send"),
        (("v=spf1 " + "include:x.org " * 11 + "-all",), "problem", "more than 10"),
    ],
)
def test_spf(
    names: FakeDns, resolver: DnsResolver, texts: tuple[str, ...], level: str, part: str
) -> None:
    names.texts[NAME] = texts
    finding = only(domain.check_spf(resolver, NAME))
    assert finding.level == level
    assert part in finding.text


def test_spf_of_a_bounce_domain_includes_the_provider(
    names: FakeDns, resolver: DnsResolver
) -> None:
    names.texts[NAME] = ("v=spf1 mx -all",)
    finding = only(domain.check_spf(resolver, NAME, include="amazonses.com"))
    assert finding.level == "warning"
    assert "include:amazonses.com" in finding.fix


@pytest.mark.parametrize(
    ("texts", "level", "part"),
    [
        ((f"v=DKIM1; k=rsa; p={KEY_2048}",), "ok", "there is a DKIM key"),
        (("v=DKIM1; k=ed25519; p=" + b64encode(bytes(32)).decode(),), "ok", "there is"),
        ((f"p={KEY_1024}",), "warning", "1024 bits"),
        (("p=" + b64encode(bytes(94)).decode(),), "problem", "cannot be used"),
        (("p=?",), "problem", "cannot be used"),
        (("v=DKIM1; p=",), "problem", "revoked"),
        ((), "problem", "no DKIM key"),
        ((f"p={KEY_2048}", f"p={KEY_1024}"), "problem", "2 DKIM keys"),
    ],
)
def test_the_key_of_a_selector(
    names: FakeDns, resolver: DnsResolver, texts: tuple[str, ...], level: str, part: str
) -> None:
    names.texts[f"mail._domainkey.{NAME}"] = texts
    finding = only(domain.check_dkim(resolver, NAME, selector="mail"))
    assert finding.level == level
    assert part in finding.text


def test_without_a_selector_any_key_will_do(names: FakeDns, resolver: DnsResolver) -> None:
    assert only(domain.check_dkim(resolver, NAME)).level == "warning"
    names.texts[f"secret._domainkey.{NAME}"] = ("p=AAAA",)
    assert only(domain.check_dkim(resolver, NAME)).level == "ok"


def test_the_aliases_of_ses(names: FakeDns, resolver: DnsResolver) -> None:
    for token in TOKENS:
        names.aliases[f"{token}._domainkey.{NAME}"] = f"{token}.dkim.eu-west-1.amazonses.com"
    assert only(domain.check_ses_dkim(resolver, NAME, TOKENS)).level == "ok"
    names.aliases[f"two._domainkey.{NAME}"] = "elsewhere.example.org"
    finding = only(domain.check_ses_dkim(resolver, NAME, TOKENS))
    assert finding.level == "problem"
    assert "two.dkim.amazonses.com" in finding.fix


@pytest.mark.parametrize(
    ("texts", "level", "part"),
    [
        ({f"_dmarc.{NAME}": ["v=DMARC1; p=reject"]}, "ok", f"_dmarc.{NAME}: reject"),
        ({"_dmarc.real-name.io": ["v=DMARC1; p=none"]}, "ok", "_dmarc.real-name.io: none"),
        ({"_dmarc.real-name.io": ["v=DMARC1; p=none; sp=reject"]}, "ok", ": reject"),
        ({f"_dmarc.{NAME}": ["v=DMARC1; p=none; sp=reject"]}, "ok", ": none"),
        ({"_dmarc.io": ["v=DMARC1; p=none"]}, "warning", "no DMARC record"),
        ({f"_dmarc.{NAME}": ["v=DMARC1; p=maybe"]}, "warning", "no policy"),
        ({f"_dmarc.{NAME}": ["v=DMARC1"]}, "warning", "no policy"),
        ({f"_dmarc.{NAME}": ["v=DMARC1; p=none", "v=DMARC1; p=none; x=1"]}, "problem", "has 2"),
    ],
)
def test_dmarc(
    names: FakeDns, resolver: DnsResolver, texts: dict[str, list[str]], level: str, part: str
) -> None:
    names.texts.update(texts)
    finding = only(domain.check_dmarc(resolver, NAME))
    assert finding.level == level
    assert part in finding.text


def test_a_long_domain_is_not_asked_about_for_ever(names: FakeDns, resolver: DnsResolver) -> None:
    only(domain.check_dmarc(resolver, "a." * 40 + NAME))
    assert len(names.asked) == domain.MAX_LABELS


def test_names_that_cannot_be_asked_about_say_nothing_of_the_domain(
    names: FakeDns, resolver: DnsResolver
) -> None:
    places = (NAME, f"_domainkey.{NAME}", f"_dmarc.{NAME}", f"one._domainkey.{NAME}")
    names.broken.update(places)
    for finding in (
        only(domain.check_spf(resolver, NAME)),
        only(domain.check_dkim(resolver, NAME)),
        only(domain.check_dmarc(resolver, NAME)),
        only(domain.check_ses_dkim(resolver, NAME, TOKENS)),
    ):
        assert finding.level == "warning"
        assert "--dns-server" in finding.fix
