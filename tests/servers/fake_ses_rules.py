"""What SES refuses without being told to, and what it says of an account."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.servers.fake_ses_script import OK, QUOTA, THROTTLED, Step, refuse

CONFIGURATION_SET = "newsletter"
DOMAIN = "papers.example.org"
EVENT_TYPES = ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY"]
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


def _verified() -> dict[str, Any]:
    return {
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": True,
        "VerificationStatus": "SUCCESS",
        "FeedbackForwardingStatus": False,
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": "SUCCESS",
            "Tokens": ["tokenone", "tokentwo", "tokenthree"],
            "SigningAttributesOrigin": "AWS_SES",
            "CurrentSigningKeyLength": "RSA_2048_BIT",
        },
        "MailFromAttributes": {
            "MailFromDomain": f"bounce.{DOMAIN}",
            "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        },
    }


def _destination() -> dict[str, Any]:
    return {
        "Name": "events",
        "Enabled": True,
        "MatchingEventTypes": list(EVENT_TYPES),
        "SnsDestination": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:ses-events"},
    }


@dataclass(slots=True, kw_only=True)
class Account:
    """Limits and switches of the account; tests change them.

    Attributes:
        strict: refuse what goes over ``max_per_second`` in any one second.
        max_per_day: −1 is "no limit", as SES writes it.
        verified: addresses that the sandbox sends to.
        configuration_sets: name → event destinations.
    """

    max_per_second: float = 14.0
    max_per_day: float = 50_000.0
    sent_last_day: int = 0
    strict: bool = False
    sending_enabled: bool = True
    production_access: bool = True
    standing: str = "HEALTHY"
    verified: set[str] = field(default_factory=set)
    identities: dict[str, dict[str, Any]] = field(default_factory=lambda: {DOMAIN: _verified()})
    configuration_sets: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {CONFIGURATION_SET: [_destination()]}
    )

    def describe(self, path: str, *, sent: int) -> dict[str, Any] | None:
        """Answer a GET of SESv2; None when there is no such thing."""
        match path.strip("/").split("/"):
            case ["v2", "email", "account"]:
                return self._limits(sent)
            case ["v2", "email", "identities", name]:
                return self.identities.get(unquote(name))
            case ["v2", "email", "configuration-sets", name] if name in self.configuration_sets:
                return _describe_set(name)
            case ["v2", "email", "configuration-sets", name, "event-destinations"]:
                found = self.configuration_sets.get(name)
                return None if found is None else {"EventDestinations": found}
            case _:
                return None

    def _limits(self, sent: int) -> dict[str, Any]:
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": self.standing,
            "ProductionAccessEnabled": self.production_access,
            "SendQuota": {
                "Max24HourSend": self.max_per_day,
                "MaxSendRate": self.max_per_second,
                "SentLast24Hours": float(self.sent_last_day + sent),
            },
            "SendingEnabled": self.sending_enabled,
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        }


def _describe_set(name: str) -> dict[str, Any]:
    return {
        "ConfigurationSetName": name,
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": True},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }


def judge(
    mail: Mapping[str, Any],
    account: Account,
    *,
    authorization: str,
    sent_last_second: int,
    sent_last_day: int,
) -> Step:
    """Decide on one mail as SES would."""
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return refuse("MissingAuthenticationTokenException", "Not signed.", status=403)
    if account.strict and sent_last_second >= int(account.max_per_second):
        return THROTTLED
    if 0 <= account.max_per_day <= sent_last_day:
        return QUOTA
    if not account.sending_enabled:
        return refuse("SendingPausedException", "Sending paused for this account.")
    return _judge_content(mail, account)


def _judge_content(mail: Mapping[str, Any], account: Account) -> Step:
    name = mail.get("ConfigurationSetName", "")
    if name not in account.configuration_sets:
        gone = f"Configuration set <{name}> does not exist."
        return refuse("NotFoundException", gone, status=404)
    if not all(_TAG.fullmatch(tag["Value"]) for tag in mail.get("EmailTags", ())):
        return refuse("BadRequestException", "Invalid tag value.")
    recipients = mail["Destination"]["ToAddresses"]
    failed = [one for one in recipients if one not in account.verified]
    if failed and not account.production_access:
        return refuse(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"EU-WEST-1: {', '.join(failed)}",
        )
    return OK
