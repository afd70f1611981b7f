"""The configuration set at Amazon SES: does what becomes of the mails come back to us?"""

from collections.abc import Iterator

from newsletter.doctor.finding import SETTING, Finding, ok, problem, warning
from newsletter.mailers.ses_account import ConfigurationSet
from newsletter.mailers.ses_errors import NoAnswer

CHECK = "events"
VITAL = frozenset({"BOUNCE", "COMPLAINT"})
USEFUL = frozenset({"SEND", "REJECT", "DELIVERY", "DELIVERY_DELAY"})
TRACKING = frozenset({"OPEN", "CLICK"})


def check_configuration_set(found: ConfigurationSet | NoAnswer, name: str) -> Iterator[Finding]:
    """Check that the set is there, sends, and reports what we need and nothing we must not know."""
    match found:
        case NoAnswer.MISSING:
            yield problem(
                CHECK,
                f"there is no configuration set {name} in this region: SES would refuse every mail",
                fix="make it, or correct mailer.configuration_set or mailer.region",
                exit_code=SETTING,
            )
        case NoAnswer.DENIED:
            yield warning(
                CHECK,
                "these AWS credentials may not ask about configuration sets",
                fix="allow ses:GetConfigurationSet and ses:GetConfigurationSetEventDestinations "
                "to see this here; sending does not need them",
            )
        case ConfigurationSet():
            yield from _check_set(found)
            yield from _check_destinations(found)
            yield from _check_privacy(found)


def _check_set(found: ConfigurationSet) -> Iterator[Finding]:
    if not found.may_send:
        yield problem(
            CHECK,
            f"sending is turned off for the configuration set {found.name}",
            fix="turn it on in the SES console, after looking why it was turned off",
            exit_code=SETTING,
        )
    if not found.has_reputation_metrics:
        yield warning(
            CHECK,
            "the configuration set keeps no reputation metrics",
            fix="turn them on: alarms on bounces and complaints need them",
        )
    if missing := VITAL - found.suppresses:
        yield warning(
            CHECK,
            f"SES does not keep a suppression list for {_listed(missing)}",
            fix="set the suppression list of the configuration set to bounces and complaints",
        )


def _check_destinations(found: ConfigurationSet) -> Iterator[Finding]:
    usable = [each for each in found.destinations if each.is_enabled and each.is_read]
    told = frozenset[str]().union(*(each.event_types for each in usable))
    fix = "add them to an enabled event destination to SNS or EventBridge, and that to a queue"
    if not usable:
        yield problem(
            CHECK,
            f"no event of the configuration set {found.name} can come back to us: it has no "
            "enabled event destination to SNS or EventBridge",
            fix=f"make one with {_listed(VITAL | USEFUL)}",
            exit_code=SETTING,
        )
    elif missing := VITAL - told:
        yield problem(
            CHECK, f"SES does not report {_listed(missing)} to us", fix=fix, exit_code=SETTING
        )
    elif missing := USEFUL - told:
        yield warning(CHECK, f"SES does not report {_listed(missing)} to us", fix=fix)
    else:
        yield ok(CHECK, f"the configuration set {found.name} reports all that is needed")


def _check_privacy(found: ConfigurationSet) -> Iterator[Finding]:
    enabled = (each.event_types for each in found.destinations if each.is_enabled)
    if tracked := TRACKING & frozenset[str]().union(*enabled):
        yield problem(
            CHECK,
            f"the configuration set reports {_listed(tracked)}: SES then puts a tracking pixel "
            "into the mails and changes their links",
            fix="take these event types out of its event destinations",
            exit_code=SETTING,
        )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
