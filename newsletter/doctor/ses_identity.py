"""The sender at Amazon SES: verified, signed, with its own domain for bounces."""

from collections.abc import Callable, Iterator

from newsletter.doctor.finding import SETTING, Finding, ok, problem, warning
from newsletter.mailers.ses_account import SenderIdentity
from newsletter.mailers.ses_errors import NoAnswer

CHECK = "identity"
MAX_LABELS = 8
DONE = "SUCCESS"

Ask = Callable[[str], SenderIdentity | NoAnswer]


def find_identity(ask: Ask, sender: str) -> SenderIdentity | NoAnswer:
    """Return the identity that SES sends for ``sender`` under: the most specific one there is."""
    for name in _candidates(sender):
        found = ask(name)
        if found is not NoAnswer.MISSING:
            return found
    return NoAnswer.MISSING


def check_identity(found: SenderIdentity | NoAnswer) -> Iterator[Finding]:
    """Check what SES needs to send for the sender, and others to believe it."""
    match found:
        case NoAnswer.MISSING:
            yield problem(
                CHECK,
                "SES does not know the sender of mail.from in this region, nor its domain",
                fix="make and verify the domain's identity in SES, or correct mailer.region",
                exit_code=SETTING,
            )
        case NoAnswer.DENIED:
            yield warning(
                CHECK,
                "these AWS credentials may not ask about identities",
                fix="allow ses:GetEmailIdentity to see this here; sending does not need it",
            )
        case SenderIdentity():
            yield from _check_verified(found)
            yield from _check_signature(found)
            yield from _check_mail_from(found)


def _candidates(sender: str) -> tuple[str, ...]:
    """Return the address, its domain and the domains above, without the last label alone."""
    labels = sender.rpartition("@")[2].lower().split(".")[-MAX_LABELS:]
    return (sender, *(".".join(labels[start:]) for start in range(max(1, len(labels) - 1))))


def _check_verified(found: SenderIdentity) -> Iterator[Finding]:
    what = f"the domain {found.name}" if found.is_domain else "the address of mail.from"
    if found.is_verified:
        yield ok(CHECK, f"SES sends for {what}: it is verified")
    else:
        yield problem(
            CHECK,
            f"SES does not send for {what}: it is not verified",
            fix="put the records that SES names into the DNS, or open the link in SES's mail",
            exit_code=SETTING,
        )
    if found.forwards_feedback:
        yield warning(
            CHECK,
            "bounces and complaints also come as mails to the sender",
            fix="turn off email feedback forwarding of the identity: the events tell the same",
        )


def _check_signature(found: SenderIdentity) -> Iterator[Finding]:
    if not found.is_domain:
        yield warning(
            CHECK,
            "mail.from is verified as an address only, so mails have no DKIM signature of yours",
            fix="verify its domain in SES with Easy DKIM",
        )
    elif not found.is_signed or found.dkim_status != DONE:
        yield problem(
            CHECK,
            f"mails are not signed by the sender's domain: DKIM is {found.dkim_status or 'off'}",
            fix="turn on Easy DKIM for the identity and put its three CNAME records into the DNS",
            exit_code=SETTING,
        )
    elif found.dkim_key == "RSA_1024_BIT":
        yield warning(
            CHECK, "the DKIM key has 1024 bits", fix="ask SES for a key of 2048 bits (Easy DKIM)"
        )
    else:
        yield ok(CHECK, "SES signs mails with the sender's DKIM key")


def _check_mail_from(found: SenderIdentity) -> Iterator[Finding]:
    if not found.mail_from:
        yield warning(
            CHECK,
            "bounces go to a domain of Amazon's, so SPF says nothing about yours",
            fix="set a custom MAIL FROM domain for the identity",
        )
    elif found.mail_from_status != DONE:
        yield warning(
            CHECK,
            f"the MAIL FROM domain {found.mail_from} is not in use: {found.mail_from_status}",
            fix="put the MX and TXT records that SES names for it into the DNS",
        )
    else:
        yield ok(CHECK, f"bounces go to {found.mail_from}")
