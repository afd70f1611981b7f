"""What SES says of the things of an account: identities, configuration sets, event destinations.

Every text in these values comes from outside: bounded, one printable line.
Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.errors import MailerUnavailableError

MAX_WORD_CHARS = 255
MAX_ENTRIES = 100
READ_TARGETS = ("SnsDestination", "EventBridgeDestination")
"""Where events must go to come back to us: both can end in a queue."""

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderIdentity:
    """A domain or address that mails may come from.

    Attributes:
        is_domain: False for a single address.
        is_verified: whether SES sends for it.
        is_signed: whether its mails get its own DKIM signature.
        dkim_status: ``SUCCESS``, ``PENDING``, ``FAILED`` …
        dkim_tokens: the names of its keys in the DNS, where SES made the keys.
        dkim_key: ``RSA_1024_BIT`` or ``RSA_2048_BIT``; empty when SES does not say.
        mail_from: its own domain for bounces; empty when it has none.
        mail_from_status: ``SUCCESS``, ``PENDING``, ``FAILED`` …; empty when it has none.
        forwards_feedback: whether bounces and complaints also come as mails.
    """

    name: str
    is_domain: bool
    is_verified: bool
    is_signed: bool
    dkim_status: str
    dkim_tokens: tuple[str, ...]
    dkim_key: str
    mail_from: str
    mail_from_status: str
    forwards_feedback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDestination:
    """Say where events go, and which: ``SEND``, ``BOUNCE`` and so on.

    Attributes:
        is_read: whether it is of a kind that ``newsletter events`` can read from.
    """

    name: str
    is_enabled: bool
    is_read: bool
    event_types: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSet:
    """How SES treats the mails that name this set."""

    name: str
    may_send: bool
    has_reputation_metrics: bool
    suppresses: frozenset[str]
    destinations: tuple[EventDestination, ...]


def read_identity(name: str, reply: Mapping[str, object]) -> SenderIdentity:
    """Read an answer to GetEmailIdentity; what it does not say counts as not so.

    Raises:
        MailerUnavailableError: it does not even say whether the identity is verified.
    """
    is_verified = reply.get("VerifiedForSendingStatus")
    if not isinstance(is_verified, bool):
        raise MailerUnavailableError("SES: an answer to GetEmailIdentity that is none")
    dkim, mail_from = _mapping(reply, "DkimAttributes"), _mapping(reply, "MailFromAttributes")
    return SenderIdentity(
        name=name,
        is_domain=_word(reply, "IdentityType") != "EMAIL_ADDRESS",
        is_verified=is_verified,
        is_signed=dkim.get("SigningEnabled") is True,
        dkim_status=_word(dkim, "Status"),
        dkim_tokens=_words(dkim, "Tokens")
        if _word(dkim, "SigningAttributesOrigin") != "EXTERNAL"
        else (),
        dkim_key=_word(dkim, "CurrentSigningKeyLength"),
        mail_from=_word(mail_from, "MailFromDomain"),
        mail_from_status=_word(mail_from, "MailFromDomainStatus"),
        forwards_feedback=reply.get("FeedbackForwardingStatus") is True,
    )


def read_configuration_set(
    about: Mapping[str, object], reports: Mapping[str, object]
) -> ConfigurationSet:
    """Read the answers to GetConfigurationSet and GetConfigurationSetEventDestinations.

    Raises:
        MailerUnavailableError: there is no list of destinations, not even an empty one.
    """
    destinations = reports.get("EventDestinations")
    if not isinstance(destinations, list):
        raise MailerUnavailableError(
            "SES: an answer to GetConfigurationSetEventDestinations that is none"
        )
    entries = destinations[:MAX_ENTRIES]
    return ConfigurationSet(
        name=_word(about, "ConfigurationSetName"),
        may_send=_mapping(about, "SendingOptions").get("SendingEnabled") is not False,
        has_reputation_metrics=_mapping(about, "ReputationOptions").get("ReputationMetricsEnabled")
        is True,
        suppresses=frozenset(_words(_mapping(about, "SuppressionOptions"), "SuppressedReasons")),
        destinations=tuple(_destination(each) for each in entries if isinstance(each, Mapping)),
    )


def _destination(entry: Mapping[str, object]) -> EventDestination:
    return EventDestination(
        name=_word(entry, "Name"),
        is_enabled=entry.get("Enabled") is True,
        is_read=any(entry.get(target) for target in READ_TARGETS),
        event_types=frozenset(_words(entry, "MatchingEventTypes")),
    )


def _mapping(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _word(values: Mapping[str, object], key: str) -> str:
    return _tame(values.get(key))


def _words(values: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = values.get(key)
    return tuple(map(_tame, value[:MAX_ENTRIES])) if isinstance(value, list) else ()


def _tame(value: object) -> str:
    return _UNPRINTABLE.sub(" ", value[:MAX_WORD_CHARS]) if isinstance(value, str) else ""
