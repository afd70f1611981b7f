"""Amazon SES, over SESv2: the finished bytes go out as they are, tagged with their delivery."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.errors import (
    ConfigurationError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
)
from newsletter.mailers.envelope import check_envelope
from newsletter.mailers.ses_account import (
    ConfigurationSet,
    SenderIdentity,
    read_configuration_set,
    read_identity,
)
from newsletter.mailers.ses_errors import NoAnswer
from newsletter.model import Envelope, Receipt, SendQuota
from newsletter.ports import Clock

MAX_PROVIDER_ID_CHARS = 200
_CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SesOptions:
    """Settings of the SES mailer.

    Attributes:
        configuration_set: mandatory; without one no event carries the mail's tags.
        region: AWS region; None takes the one of the environment or profile.
        endpoint_url: another address to talk to, for tests; None is the region's own.
        workers: how many threads will send at the same time.
        connect_timeout_s, read_timeout_s: of one request; there are no retries below us.
    """

    configuration_set: str
    region: str | None = None
    endpoint_url: str | None = None
    workers: int = 8
    connect_timeout_s: float = 3.0
    read_timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if not _CONFIGURATION_SET.fullmatch(self.configuration_set):
            raise ConfigurationError(
                "mailer.configuration_set must name an SES configuration set (1 to 64 letters, "
                f"digits, '-' or '_'); it is {self.configuration_set[:80]!r}"
            )


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class SesMailer:
    """Send through Amazon SES. May be used from several threads; they share one client."""

    def __init__(self, options: SesOptions, *, clock: Clock = utc_now) -> None:
        # The SDK takes half a second to load: only who sends through SES pays for it.
        from newsletter.mailers.ses_client import Link, SesClient  # noqa: PLC0415

        self._configuration_set = options.configuration_set
        self._clock = clock
        self._client = SesClient(
            Link(
                region=options.region,
                endpoint_url=options.endpoint_url,
                workers=options.workers,
                connect_timeout_s=options.connect_timeout_s,
                read_timeout_s=options.read_timeout_s,
            )
        )

    def send(self, envelope: Envelope) -> Receipt:
        """Hand one mail over in exactly one request.

        Raises:
            MailerError: as ``ses_errors`` reads what came back. ``OutcomeUnknownError`` also
                when SES took the mail but its answer does not say under which id.
        """
        check_envelope(envelope)
        reply = self._client.send_email(
            envelope.raw,
            FromEmailAddress=envelope.sender,
            Destination={"ToAddresses": [envelope.recipient]},
            EmailTags=_tags(envelope),
            ConfigurationSetName=self._configuration_set,
        )
        return Receipt(provider_id=_provider_id(reply), accepted_at=self._clock())

    def account(self) -> SendQuota:
        """Ask SES what the account may send now.

        Raises:
            MailerError: ``MailerUnavailableError`` when nobody answered sensibly.
        """
        return _read_quota(self._client.get_account())

    def identity(self, name: str) -> SenderIdentity | NoAnswer:
        """Ask SES what it knows of a domain or address that mails come from.

        Raises:
            MailerError: as for ``account``.
        """
        reply = self._client.get_identity(name)
        return reply if isinstance(reply, NoAnswer) else read_identity(name, reply)

    def configuration_set(self) -> ConfigurationSet | NoAnswer:
        """Ask SES about the configuration set of the settings, and where it reports to.

        Raises:
            MailerError: as for ``account``.
        """
        about = self._client.get_configuration_set(self._configuration_set)
        if isinstance(about, NoAnswer):
            return about
        reports = self._client.get_destinations(self._configuration_set)
        return reports if isinstance(reports, NoAnswer) else read_configuration_set(about, reports)

    def close(self) -> None:
        """Close the connections; ``send`` may not be called afterwards."""
        self._client.close()


def _tags(envelope: Envelope) -> list[dict[str, str]]:
    values = {
        "delivery_id": envelope.delivery_id,
        "issue": envelope.issue_id,
        "attempt": str(envelope.attempt),
    }
    for name, value in values.items():
        if not _TAG.fullmatch(value):
            raise MessageRejectedError(
                f"the tag {name} may hold 1 to 256 letters, digits, '-' and '_' only"
            )
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _provider_id(reply: Mapping[str, object]) -> str:
    provider_id = reply.get("MessageId")
    if not isinstance(provider_id, str) or not 0 < len(provider_id) <= MAX_PROVIDER_ID_CHARS:
        raise OutcomeUnknownError("SES answers without a message id")
    return provider_id


def _read_quota(reply: Mapping[str, object]) -> SendQuota:
    limits = reply.get("SendQuota")
    if not isinstance(limits, Mapping):
        raise MailerUnavailableError("SES: the answer to GetAccount has no SendQuota")
    per_day = _number(limits, "Max24HourSend")
    return SendQuota(
        max_per_second=max(0.0, _number(limits, "MaxSendRate")),
        max_per_day=None if per_day < 0 else int(per_day),
        sent_last_day=max(0, int(_number(limits, "SentLast24Hours"))),
        sending_enabled=reply.get("SendingEnabled") is True,
        production_access=reply.get("ProductionAccessEnabled") is True,
        standing=str(reply.get("EnforcementStatus") or "")[:40],
    )


def _number(limits: Mapping[str, object], name: str) -> float:
    value = limits.get(name)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise MailerUnavailableError(f"SES: the answer to GetAccount has no {name}")
    return float(value)
