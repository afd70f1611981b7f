"""The account at Amazon SES: may it send, and enough for all readers?"""

from collections.abc import Iterator

from newsletter.doctor.finding import SERVICE, Finding, ok, problem, warning
from newsletter.model import SendQuota

USED_SHARE = 0.8
"""So much of the provider's rate is used. Source: docs/design.md, delivery."""
HEALTHY = "HEALTHY"


def check_account(quota: SendQuota, readers: int | None) -> Iterator[Finding]:
    """Check the account's standing, then its quota against the number of active readers."""
    yield from _check_switches(quota)
    yield from _check_standing(quota)
    yield from _check_day(quota, readers or 0)
    yield from _check_rate(quota, readers or 0)


def _check_switches(quota: SendQuota) -> Iterator[Finding]:
    if not quota.sending_enabled:
        yield problem(
            "account",
            "SES has paused sending for this account",
            fix="see Account dashboard and Reputation metrics in the SES console, then resume",
            exit_code=SERVICE,
        )
    if not quota.production_access:
        yield problem(
            "account",
            "the account is in the sandbox: SES sends to verified addresses only",
            fix="ask for production access in the SES console of this region",
            exit_code=SERVICE,
        )
    if quota.sending_enabled and quota.production_access:
        yield ok("account", "the account may send, and is out of the sandbox")


def _check_standing(quota: SendQuota) -> Iterator[Finding]:
    if quota.standing in {HEALTHY, ""}:
        return
    text = f"SES says of the account's reputation: {quota.standing}"
    fix = "look for AWS's mail about it and answer; bounces and complaints must go down"
    if quota.standing == "SHUTDOWN":
        yield problem("account", text, fix=fix, exit_code=SERVICE)
    else:
        yield warning("account", text, fix=fix)


def _check_day(quota: SendQuota, readers: int) -> Iterator[Finding]:
    limit, left = quota.max_per_day, quota.left_today
    if limit is None or left is None:
        yield ok("quota", "there is no daily limit")
    elif limit < readers:
        yield problem(
            "quota",
            f"SES takes {limit:,} mails in 24 hours; there are {readers:,} active readers",
            fix="ask AWS for a higher sending quota",
            exit_code=SERVICE,
        )
    elif left < readers:
        yield warning(
            "quota",
            f"{left:,} of {limit:,} mails are left in these 24 hours for {readers:,} readers",
            fix="wait until the 24 hours free some, or ask AWS for a higher sending quota",
        )
    else:
        yield ok("quota", f"{left:,} of {limit:,} mails are left, for {readers:,} active readers")


def _check_rate(quota: SendQuota, readers: int) -> Iterator[Finding]:
    rate = USED_SHARE * quota.max_per_second
    if rate <= 0:
        yield problem(
            "rate",
            "SES takes no mail at all: the rate is 0 a second",
            fix="ask AWS for a sending rate",
            exit_code=SERVICE,
        )
        return
    minutes = readers / rate / 60
    took = f"{minutes:,.0f} minutes" if minutes >= 1 else "less than a minute"
    yield ok("rate", f"at {rate:g} mails a second an issue for all readers takes {took}")
