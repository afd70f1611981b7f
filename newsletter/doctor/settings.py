"""The settings: where they come from, and what they leave open."""

import ipaddress
from collections.abc import Iterator, Mapping

from newsletter.config import Settings, require_mail_identity
from newsletter.doctor.finding import SETTING, Finding, ok, problem, warning
from newsletter.errors import ConfigurationError

CHECK = "settings"


def check_settings(settings: Settings, origins: Mapping[str, str]) -> Iterator[Finding]:
    """Check what the models cannot know: whose name is on the mails, who sees the traffic."""
    yield ok(CHECK, f"the settings can be read: {_places(origins)}")
    yield from _check_identity(settings)
    if not settings.arxiv.contact:
        yield warning(
            CHECK,
            "requests to arXiv do not say whom to contact",
            fix="set arxiv.contact to your address: arXiv asks for it, and writes before it blocks",
        )
    mailer = settings.mailer
    if mailer.kind == "smtp" and mailer.tls == "none" and not is_this_machine(mailer.host):
        yield warning(
            CHECK,
            "mails travel to the mail server in the clear",
            fix='set mailer.tls to "starttls" or "implicit"',
        )


def is_this_machine(host: str) -> bool:
    """Tell whether a host is the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_identity(settings: Settings) -> Iterator[Finding]:
    try:
        require_mail_identity(settings)
    except ConfigurationError as error:
        yield problem(
            CHECK, str(error), fix="run `newsletter init`, or edit the file", exit_code=SETTING
        )


def _places(origins: Mapping[str, str]) -> str:
    places = [origin.partition(" ")[0] for origin in origins.values() if origin != "default"]
    files = sorted({origin for origin in origins.values() if origin.startswith("file ")})
    counts = [f"{places.count('file')} keys of the {file}" for file in files]
    if variables := places.count("environment"):
        counts.append(f"{variables} of the environment")
    return ", ".join(counts) or "all are defaults"
