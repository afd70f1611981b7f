"""What is found in the answers of SES."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from newsletter.doctor.finding import Finding
from newsletter.doctor.ses_account import check_account
from newsletter.doctor.ses_events import check_configuration_set
from newsletter.doctor.ses_identity import check_identity, find_identity
from newsletter.errors import MailerUnavailableError
from newsletter.mailers.ses_account import (
    ConfigurationSet,
    SenderIdentity,
    read_configuration_set,
    read_identity,
)
from newsletter.mailers.ses_errors import NoAnswer
from newsletter.model import SendQuota
from tests.servers.fake_ses_rules import CONFIGURATION_SET, DOMAIN, EVENT_TYPES, Account

SENDER = f"digest@{DOMAIN}"


def levels(findings: Iterable[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


def the_bad(findings: Iterable[Finding]) -> Finding:
    """Return the one that is not ok, which has a fix."""
    (bad,) = [finding for finding in findings if finding.level != "ok"]
    assert bad.fix
    return bad


def quota(**fields: Any) -> SendQuota:
    values: dict[str, Any] = {
        "max_per_second": 14.0,
        "max_per_day": 50_000,
        "sent_last_day": 0,
        "sending_enabled": True,
        "production_access": True,
        "standing": "HEALTHY",
    }
    return SendQuota(**(values | fields))


class TestAccount:
    def test_all_well(self) -> None:
        found = tuple(check_account(quota(), 10_000))
        assert levels(found) == ["ok", "ok", "ok"]
        assert "50,000 of 50,000" in found[1].text
        assert "11.2 mails a second" in found[2].text
        assert "15 minutes" in found[2].text

    def test_no_readers_and_no_limit(self) -> None:
        found = tuple(check_account(quota(max_per_day=None), None))
        assert levels(found) == ["ok", "ok", "ok"]
        assert "less than a minute" in found[2].text

    @pytest.mark.parametrize(
        ("fields", "readers", "level", "part"),
        [
            ({"sending_enabled": False}, 0, "problem", "paused"),
            ({"production_access": False}, 0, "problem", "sandbox"),
            ({"standing": "PROBATION"}, 0, "warning", "PROBATION"),
            ({"standing": "SHUTDOWN"}, 0, "problem", "SHUTDOWN"),
            ({"max_per_day": 200}, 201, "problem", "200 mails in 24 hours"),
            ({"max_per_day": 200, "sent_last_day": 100}, 101, "warning", "100 of 200"),
            ({"max_per_second": 0.0}, 1, "problem", "0 a second"),
        ],
    )
    def test_what_keeps_mails_from_going_out(
        self, fields: Mapping[str, Any], readers: int, level: str, part: str
    ) -> None:
        bad = the_bad(check_account(quota(**fields), readers))
        assert bad.level == level
        assert part in bad.text
        assert bad.exit_code == (69 if level == "problem" else 0)


def identity(name: str = DOMAIN, **fields: Any) -> SenderIdentity:
    """Read the fake's identity, with these fields changed; ``Dkim_Status`` is one within."""
    reply = Account().identities[DOMAIN]
    for key, value in fields.items():
        section, _, inner = key.partition("_")
        if inner:
            reply[f"{section}Attributes"][inner] = value
        else:
            reply[key] = value
    return read_identity(name, reply)


class TestIdentity:
    def test_all_well(self) -> None:
        assert levels(check_identity(identity())) == ["ok", "ok", "ok"]

    @pytest.mark.parametrize(
        ("fields", "level", "part"),
        [
            ({"VerifiedForSendingStatus": False}, "problem", "not verified"),
            ({"FeedbackForwardingStatus": True}, "warning", "also come as mails"),
            ({"IdentityType": "EMAIL_ADDRESS"}, "warning", "address only"),
            ({"Dkim_Status": "PENDING"}, "problem", "DKIM is PENDING"),
            ({"Dkim_SigningEnabled": False}, "problem", "not signed"),
            ({"Dkim_CurrentSigningKeyLength": "RSA_1024_BIT"}, "warning", "1024 bits"),
            ({"MailFrom_MailFromDomain": ""}, "warning", "Amazon's"),
            ({"MailFrom_MailFromDomainStatus": "FAILED"}, "warning", "not in use: FAILED"),
        ],
    )
    def test_what_ses_or_others_would_not_accept(
        self, fields: Mapping[str, Any], level: str, part: str
    ) -> None:
        bad = the_bad(check_identity(identity(**fields)))
        assert bad.level == level
        assert part in bad.text

    def test_no_identity_is_a_problem_and_no_permission_is_none(self) -> None:
        assert the_bad(check_identity(NoAnswer.MISSING)).exit_code == 78
        assert the_bad(check_identity(NoAnswer.DENIED)).level == "warning"

    def test_the_most_specific_identity_counts(self) -> None:
        asked: list[str] = []

        def ask(name: str) -> SenderIdentity | NoAnswer:
            asked.append(name)
            return identity(name) if name == "example.org" else NoAnswer.MISSING

        found = find_identity(ask, SENDER)
        assert isinstance(found, SenderIdentity)
        assert found.name == "example.org"
        assert asked == [SENDER, DOMAIN, "example.org"]

    def test_a_top_level_domain_is_not_asked_for(self) -> None:
        asked: list[str] = []

        def ask(name: str) -> NoAnswer:
            asked.append(name)
            return NoAnswer.MISSING

        assert find_identity(ask, "a@B.org") is NoAnswer.MISSING
        assert asked == ["a@B.org", "b.org"]

    @pytest.mark.parametrize(
        "dkim", [None, [], {"Tokens": [1, None, "\x1b"], "Status": 3}, {"SigningEnabled": "yes"}]
    )
    def test_what_is_not_said_is_not_good(self, dkim: object) -> None:
        reply = Account().identities[DOMAIN] | {"DkimAttributes": dkim}
        assert "problem" in levels(check_identity(read_identity(DOMAIN, reply)))

    @pytest.mark.parametrize("reply", [{}, {"VerifiedForSendingStatus": "true"}])
    def test_an_answer_that_is_none_is_no_finding(self, reply: Mapping[str, object]) -> None:
        with pytest.raises(MailerUnavailableError):
            read_identity(DOMAIN, reply)


def configuration_set(
    destination: Mapping[str, Any] | None = None, **about: Any
) -> ConfigurationSet:
    """Read the fake's set, with these fields of its destination and of its own changed."""
    path = f"/v2/email/configuration-sets/{CONFIGURATION_SET}"
    said = Account().describe(path, sent=0)
    reports = Account().describe(f"{path}/event-destinations", sent=0)
    assert said is not None
    assert reports is not None
    reports["EventDestinations"][0].update(destination or {})
    return read_configuration_set(said | about, reports)


class TestConfigurationSet:
    def test_all_well(self) -> None:
        assert levels(check_configuration_set(configuration_set(), "newsletter")) == ["ok"]

    @pytest.mark.parametrize(
        ("destination", "level", "part"),
        [
            ({"Enabled": False}, "problem", "no enabled event destination"),
            ({"SnsDestination": None}, "problem", "no enabled event destination"),
            ({"MatchingEventTypes": ["SEND", "BOUNCE"]}, "problem", "not report COMPLAINT to us"),
            ({"MatchingEventTypes": EVENT_TYPES[1:]}, "warning", "not report SEND to us"),
            ({"MatchingEventTypes": [*EVENT_TYPES, "OPEN"]}, "problem", "tracking pixel"),
        ],
    )
    def test_events_that_do_not_come_back_or_should_not(
        self, destination: Mapping[str, Any], level: str, part: str
    ) -> None:
        bad = the_bad(check_configuration_set(configuration_set(destination), "newsletter"))
        assert bad.level == level
        assert part in bad.text

    def test_eventbridge_will_do_as_well(self) -> None:
        bridge = {"SnsDestination": None, "EventBridgeDestination": {"EventBusArn": "arn"}}
        assert levels(check_configuration_set(configuration_set(bridge), "newsletter")) == ["ok"]

    @pytest.mark.parametrize(
        ("about", "level", "part"),
        [
            ({"SendingOptions": {"SendingEnabled": False}}, "problem", "turned off"),
            ({"ReputationOptions": {}}, "warning", "reputation metrics"),
            ({"SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]}}, "warning", "COMPLAINT"),
        ],
    )
    def test_the_set_itself(self, about: Mapping[str, Any], level: str, part: str) -> None:
        bad = the_bad(check_configuration_set(configuration_set(**about), "newsletter"))
        assert bad.level == level
        assert part in bad.text

    def test_no_set_is_a_problem_and_no_permission_is_none(self) -> None:
        missing = the_bad(check_configuration_set(NoAnswer.MISSING, "newsletter"))
        assert missing.exit_code == 78
        assert "newsletter" in missing.text
        denied = the_bad(check_configuration_set(NoAnswer.DENIED, "newsletter"))
        assert denied.level == "warning"

    @pytest.mark.parametrize("entries", [[], [1, {}], [{"MatchingEventTypes": 3}]])
    def test_what_is_not_said_is_not_good(self, entries: object) -> None:
        found = read_configuration_set({}, {"EventDestinations": entries})
        assert "problem" in levels(check_configuration_set(found, "newsletter"))
