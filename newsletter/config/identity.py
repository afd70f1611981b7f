"""Refuse to send real mail under an example's name."""

from newsletter.config.sections import (
    EXAMPLE_OWNER,
    EXAMPLE_POSTAL_ADDRESS,
    EXAMPLE_SENDER,
    EXAMPLE_URL,
)
from newsletter.config.settings import Settings
from newsletter.errors import ConfigurationError

_EXAMPLE_DOMAINS = ("example.org", "example.com", "example.net", "example")


def require_mail_identity(settings: Settings) -> None:
    """Pass when real mail may be sent: always by files, by a server only under a real name.

    Raises:
        ConfigurationError: names each key that still has its example value.
    """
    if settings.mailer.kind == "maildir":
        return
    missing = _examples(settings)
    if missing:
        raise ConfigurationError(
            f"mail is not sent by {settings.mailer.kind} while {_listed(missing)} "
            "the example's: set "
            + ("it" if len(missing) == 1 else "them")
            + " in newsletter.toml, or write one with `newsletter init`"
        )


def _examples(settings: Settings) -> list[str]:
    mail, url = settings.mail, settings.web.url
    host = url.split("://", 1)[1].split("/")[0].split(":")[0]
    found = {
        "mail.from": mail.sender == EXAMPLE_SENDER or _is_example(mail.sender),
        "mail.reply_to": mail.reply_to == EXAMPLE_OWNER or _is_example(mail.reply_to),
        "mail.postal_address": mail.postal_address == EXAMPLE_POSTAL_ADDRESS,
        "web.url": url == EXAMPLE_URL or _is_example(host),
    }
    return [key for key, is_example in found.items() if is_example]


def _is_example(text: str) -> bool:
    domain = text.rpartition("@")[2].lower()
    return any(domain == name or domain.endswith(f".{name}") for name in _EXAMPLE_DOMAINS)


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"
