"""``newsletter doctor`` and the mailers: a real SMTP server, a fake SES, a fake DNS."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.doctored import DOMAIN, Patient, announce, levels, patient
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_dns import FakeDns
from tests.servers.fake_ses import ACCOUNT, Accepted, FakeSes
from tests.servers.fake_ses_events import in_sns, make_event
from tests.servers.fake_ses_rules import DOMAIN as SES_DOMAIN
from tests.servers.fake_ses_script import ERROR_500
from tests.servers.fake_sqs import FakeSqs
from tests.servers.smtp import PASSWORD, USERNAME, Mailbox, running_smtp

AWS = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "NO_PROXY": "*",
}
BOUNCES = f"bounce.{SES_DOMAIN}"
TOKENS = ("tokenone", "tokentwo", "tokenthree")


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    with FakeArxiv() as arxiv:
        announce(arxiv)
        yield arxiv


@pytest.fixture
def names() -> Iterator[FakeDns]:
    texts = {
        DOMAIN: ["v=spf1 mx -all"],
        f"mail._domainkey.{DOMAIN}": ["v=DKIM1; k=ed25519; p=AAAA"],
        "_dmarc.real-name.io": ["v=DMARC1; p=quarantine"],
        BOUNCES: ["v=spf1 include:amazonses.com ~all"],
    }
    aliases = {f"{token}._domainkey.{DOMAIN}": f"{token}.dkim.amazonses.com" for token in TOKENS}
    with FakeDns(texts, aliases) as names:
        yield names


class TestSmtp:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Certificate:
        return make_certificate(tmp_path)

    @pytest.fixture
    def mailbox(self, certificate: Certificate) -> Iterator[Mailbox]:
        with running_smtp(starttls=certificate.server_context(), with_login=True) as mailbox:
            yield mailbox

    @pytest.fixture
    def sender(
        self, tmp_path: Path, arxiv: FakeArxiv, mailbox: Mailbox, certificate: Certificate
    ) -> Patient:
        return patient(
            tmp_path,
            arxiv,
            SSL_CERT_FILE=str(certificate.certificate),
            NEWSLETTER_MAILER__KIND="smtp",
            NEWSLETTER_MAILER__HOST="127.0.0.1",
            NEWSLETTER_MAILER__PORT=str(mailbox.port),
            NEWSLETTER_MAILER__USERNAME=USERNAME,
            NEWSLETTER_MAILER__PASSWORD=PASSWORD,
            NEWSLETTER_MAILER__DKIM_SELECTOR="mail",
        )

    def test_all_is_well_and_nothing_is_sent(
        self, sender: Patient, mailbox: Mailbox, names: FakeDns
    ) -> None:
        found = sender.findings("--dns-server", names.address)
        assert {level for each in found.values() for level in levels(each)} == {"ok"}
        assert set(found) >= {"mailer", "spf", "dkim", "dmarc"}
        assert "over STARTTLS and takes our login" in found["mailer"][0]["finding"]
        assert (mailbox.connections, mailbox.mails) == (1, [])

    @pytest.mark.parametrize(
        ("settings", "code", "part"),
        [
            ({"NEWSLETTER_MAILER__PASSWORD": "wrong"}, 69, "mailer.username"),
            ({"NEWSLETTER_MAILER__TLS": "implicit"}, 69, "mailer.tls"),
            ({"NEWSLETTER_MAILER__PORT": "1"}, 69, "mailer.host"),
            ({"NEWSLETTER_MAILER__PASSWORD": ""}, 78, "NEWSLETTER_MAILER__PASSWORD"),
            ({"SSL_CERT_FILE": "/dev/null"}, 69, "certificate is not trusted"),
        ],
    )
    def test_what_would_keep_mails_here_is_found_with_its_fix(
        self, sender: Patient, names: FakeDns, settings: Mapping[str, str], code: int, part: str
    ) -> None:
        ended = sender.doctor("--json", "--dns-server", names.address, **settings)
        assert ended.code == code
        (mailer,) = [
            each for each in json.loads(ended.out)["findings"] if each["check"] == "mailer"
        ]
        assert mailer["level"] == "problem"
        assert part in mailer["finding"]

    def test_a_sender_without_records_is_warned_about(
        self, sender: Patient, names: FakeDns
    ) -> None:
        names.texts = {"x.example.org": []}
        ended = sender.doctor("--json", "--dns-server", names.address)
        found = {each["check"]: each["level"] for each in json.loads(ended.out)["findings"]}
        assert (found["spf"], found["dkim"], found["dmarc"]) == ("warning", "problem", "warning")
        assert ended.code == 78


class TestSes:
    @pytest.fixture
    def ses(self) -> Iterator[FakeSes]:
        with FakeSes() as ses:
            ses.account.identities[DOMAIN] = ses.account.identities.pop(SES_DOMAIN)
            yield ses

    @pytest.fixture
    def sender(self, tmp_path: Path, arxiv: FakeArxiv, ses: FakeSes) -> Patient:
        return patient(
            tmp_path,
            arxiv,
            NEWSLETTER_MAILER__KIND="ses",
            NEWSLETTER_MAILER__CONFIGURATION_SET="newsletter",
            NEWSLETTER_MAILER__REGION="eu-west-1",
            NEWSLETTER_MAILER__ENDPOINT_URL=ses.url,
            **AWS,
        )

    def test_all_is_well_and_nothing_is_sent(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        found = sender.findings("--dns-server", names.address)
        assert {level for each in found.values() for level in levels(each)} == {"ok"}
        assert set(found) >= {"account", "quota", "identity", "events", "spf", "dkim", "dmarc"}
        assert ses.posts == 0
        assert f"TXT {BOUNCES}" in names.asked

    def test_every_part_is_looked_at_when_one_does_not_answer(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        ses.script(ERROR_500, path=ACCOUNT)
        found = sender.findings("--dns-server", names.address)
        assert levels(found["account"]) == ["problem"]
        assert set(levels(found["identity"]) + levels(found["events"])) == {"ok"}

    def test_a_sender_and_a_set_that_ses_does_not_know(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        ses.account.identities.clear()
        ses.account.configuration_sets.clear()
        ended = sender.doctor("--json", "--dns-server", names.address)
        bad = {
            each["check"]: each["finding"]
            for each in json.loads(ended.out)["findings"]
            if each["level"] == "problem"
        }
        assert ended.code == 78
        assert set(bad) == {"identity", "events"}
        assert "newsletter" in bad["events"]

    def test_an_address_that_was_verified_by_itself(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        identity = ses.account.identities.pop(DOMAIN) | {"IdentityType": "EMAIL_ADDRESS"}
        ses.account.identities[f"digest@{DOMAIN}"] = identity
        found = sender.findings("--dns-server", names.address)
        assert "warning" in levels(found["identity"])

    def test_no_credentials_name_the_fix(self, sender: Patient, names: FakeDns) -> None:
        nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        ended = sender.doctor("--json", "--dns-server", names.address, **nothing)
        account = [each for each in json.loads(ended.out)["findings"] if each["check"] == "account"]
        assert ended.code == 69
        assert "AWS_ACCESS_KEY_ID" in account[0]["finding"]

    def test_an_event_that_comes_back_through_the_queue(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        with FakeSqs() as sqs:
            ses.decide = lambda mail: sqs.put(in_sns(make_event("Send", _accepted(mail))))
            found = sender.findings(
                *("--prove-events", "--queue", sqs.queue_url),
                *("--dns-server", names.address),
                AWS_ENDPOINT_URL_SQS=sqs.url,
                AWS_DEFAULT_REGION="eu-west-1",
            )
            assert sqs.messages == []
        assert levels(found["proof"]) == ["ok", "ok"]
        assert [mail.recipients for mail in ses.outbox] == [("success@simulator.amazonses.com",)]
        assert ses.outbox[0].configuration_set == "newsletter"

    def test_an_event_that_does_not_come_back(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        ended = sender.doctor(
            *("--json", "--prove-events", "--wait", "0", "--dns-server", names.address)
        )
        proof = [each for each in json.loads(ended.out)["findings"] if each["check"] == "proof"]
        assert ended.code == 69
        assert levels(proof) == ["ok", "problem"]
        assert len(ses.outbox) == 1

    def test_nothing_is_sent_under_an_examples_name(
        self, sender: Patient, ses: FakeSes, names: FakeDns
    ) -> None:
        found = sender.findings(
            *("--prove-events", "--dns-server", names.address),
            NEWSLETTER_WEB__URL="https://papers.example.org",
        )
        assert levels(found["proof"]) == ["problem"]
        assert ses.posts == 0


def _accepted(mail: Mapping[str, Any]) -> Accepted:
    """Return the mail as the outbox will have it."""
    return Accepted(
        message_id="0100-proof",
        accepted_at=datetime.now(UTC),
        sender=mail["FromEmailAddress"],
        recipients=tuple(mail["Destination"]["ToAddresses"]),
        tags={tag["Name"]: tag["Value"] for tag in mail["EmailTags"]},
        configuration_set=mail["ConfigurationSetName"],
        raw=b"",
    )
