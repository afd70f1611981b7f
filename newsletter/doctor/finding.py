"""What the doctor finds."""

import re
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import ConfigurationError, NewsletterError, RenderError, StoreError
from subscribers.errors import SubscriberError

MAX_TEXT_CHARS = 600
SETTING = ConfigurationError.exit_code
SERVICE = StoreError.exit_code
BUG = RenderError.exit_code

_ADDRESS = re.compile(r"[^\s<>()\"']+@[^\s<>()\"']+")


class Level(StrEnum):
    """How bad it is: all is well, look at it some day, mails will not go out as they should."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what was looked at, in one or two words.
        text: what was found, one sentence without addresses or secrets.
        fix: what to do; empty when all is well.
        exit_code: of problems: 78 a setting, 69 a service, 70 or 1 a bug of ours; else 0.
    """

    check: str
    level: Level
    text: str
    fix: str = ""
    exit_code: int = 0


def ok(check: str, text: str) -> Finding:
    """Find that all is well."""
    return Finding(check=check, level=Level.OK, text=_tame(text))


def warning(check: str, text: str, *, fix: str) -> Finding:
    """Find something that does not keep mails from going out."""
    return Finding(check=check, level=Level.WARNING, text=_tame(text), fix=_tame(fix))


def problem(check: str, text: str, *, fix: str, exit_code: int) -> Finding:
    """Find something that does."""
    return Finding(
        check=check, level=Level.PROBLEM, text=_tame(text), fix=_tame(fix), exit_code=exit_code
    )


def failed(check: str, error: NewsletterError | SubscriberError, *, fix: str) -> Finding:
    """Find that a check ended with an error, whose message says what is wrong."""
    return problem(check, str(error), fix=fix, exit_code=error.exit_code)


def _tame(text: str) -> str:
    """Make it one printable line without addresses: parts of it come from outside."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return _ADDRESS.sub("(address)", line)[:MAX_TEXT_CHARS]
