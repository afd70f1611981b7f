"""What an SMTP failure means. Every exception of ``smtplib``, ``ssl`` and ``socket`` ends here.

Until the final dot is sent nothing can have been accepted (RFC 5321 §4.1.1.4); between the dot
and its reply anything can.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
)

MAX_REPLY_CHARS: Final = 300


class Stage(StrEnum):
    """How far a conversation with the server has come."""

    CONNECT = "connecting"
    HELLO = "the greeting"
    TLS = "STARTTLS"
    LOGIN = "the login"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    DATA = "DATA"
    BODY = "sending the mail"
    FINAL = "the reply to the mail"


FIXES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.CONNECT: "check mailer.host, mailer.port and mailer.tls",
        Stage.HELLO: "the server wants nothing from this machine: ask its operator",
        Stage.TLS: 'set mailer.tls to what the server offers ("implicit", mostly on port 465)',
        Stage.LOGIN: "check mailer.username and the password",
        Stage.SENDER: "check mail.from: this server does not send for it, or wants a login first",
    }
)
"""Stage at which a refusal concerns every mail → what to do."""

_TOO_BIG: Final = 552
_LOGIN_WANTED: Final = (530, 538)
_CLOSING: Final = 421
_SLOWER: Final = re.compile(r"\b(rate|too (many|fast|much)|throttl\w*|slow down)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>]*@[^\s<>]+")


def clean(reply: bytes | str) -> str:
    """Make a server's text fit for logs and the ledger: one short line, no address."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = "".join(char if char.isprintable() else " " for char in text).split()
    return _ADDRESS.sub("(address)", " ".join(words))[:MAX_REPLY_CHARS]


def refusal(stage: Stage, code: int, reply: bytes | str) -> MailerError:
    """Say what a reply other than success means."""
    text = clean(reply)
    said = f"the SMTP server answered {stage} with {code} {text}"
    if code == _CLOSING or (code // 100 == 4 and _SLOWER.search(text)):
        return MailerThrottledError(said)
    if code // 100 == 4:
        return MailerUnavailableError(said)
    if code // 100 == 5:
        return _lasting_refusal(stage, code, said)
    return _no_answer(stage, said)


def failure(stage: Stage, error: Exception) -> MailerError:
    """Say what an exception of the standard library means."""
    what = f"{stage}: {clean(str(error)) or type(error).__name__}"
    match error:
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPResponseException(smtp_error=str()):
            return _no_answer(stage, what)  # text, not bytes: smtplib's own, of an endless line
        case ssl.SSLCertVerificationError():
            return MailerStoppedError(
                f"the SMTP server's certificate is not trusted ({clean(str(error))}): check "
                "mailer.host, or have the server's certificate renewed"
            )
        case smtplib.SMTPResponseException() if stage is not Stage.FINAL:
            return refusal(stage, error.smtp_code, error.smtp_error)
        case smtplib.SMTPRecipientsRefused() if stage is not Stage.FINAL and error.recipients:
            return refusal(stage, *next(iter(error.recipients.values())))
        case smtplib.SMTPException() | UnicodeError() if stage in FIXES:
            return MailerStoppedError(f"{what}: {FIXES[stage]}")
        case _:
            return _no_answer(stage, what)


@contextmanager
def at(stage: Stage) -> Iterator[None]:
    """Turn what goes wrong inside the block into the ``MailerError`` of this stage."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise failure(stage, error) from error


def _lasting_refusal(stage: Stage, code: int, said: str) -> MailerError:
    if code in _LOGIN_WANTED:
        return MailerStoppedError(f"{said}: set mailer.username and a password, and TLS")
    if stage in FIXES and code != _TOO_BIG:
        return MailerStoppedError(f"{said}: {FIXES[stage]}")
    return MessageRejectedError(said)


def _no_answer(stage: Stage, what: str) -> MailerError:
    if stage is Stage.FINAL:
        return OutcomeUnknownError(f"no answer that counts to {what}")
    hint = f": {FIXES[stage]}" if stage is Stage.CONNECT else ""
    return MailerUnavailableError(f"the SMTP server broke off at {what}{hint}")
