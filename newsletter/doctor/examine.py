"""Run the checks, each by itself: one that fails does not stop the others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.doctor.finding import Finding, failed, problem
from newsletter.errors import NewsletterError
from newsletter.log import get_logger
from subscribers.errors import SubscriberError

UNEXPECTED = NewsletterError.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at.

    Attributes:
        name: of the findings it makes when it fails.
        run: looks, and yields what it finds.
        fix: what to do when it fails; the error's message says what failed.
    """

    name: str
    run: Callable[[], Iterable[Finding]]
    fix: str


def examine(checks: Sequence[Check], tell: Callable[[str], object]) -> Iterator[Finding]:
    """Yield what all checks find, in their order; ``tell`` hears the name of each before it."""
    for check in checks:
        tell(check.name)
        yield from _findings(check)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 when there is no problem, else the code of the first thing to mend.

    A wrong setting (78) comes before a bug (70) and a service (69): it may be their cause.
    """
    return max((finding.exit_code for finding in findings), default=0)


def _findings(check: Check) -> Iterator[Finding]:
    try:
        yield from check.run()
    except (NewsletterError, SubscriberError) as error:
        yield failed(check.name, error, fix=check.fix)
    except Exception:  # noqa: BLE001 - the boundary of a check: a bug in one must not hide the rest
        get_logger().exception("check.crashed", check=check.name)
        yield problem(
            check.name,
            "this check itself failed: see the log",
            fix="report it with the traceback in the log",
            exit_code=UNEXPECTED,
        )
