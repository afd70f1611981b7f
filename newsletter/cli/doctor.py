"""``newsletter doctor``: is everything there that sending needs?"""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import note, print_json, print_table
from newsletter.cli.progress import progress
from newsletter.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.bootstrap import App
    from newsletter.doctor.checks import Wishes
    from newsletter.doctor.finding import Finding

COLUMNS = ("check", "level", "finding", "fix")


OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Look at this machine only: ask nobody.")
]
ProveOption = Annotated[
    bool,
    typer.Option(
        "--prove-events",
        help="With SES: send a mail to its mailbox simulator and wait for the event of it.",
    ),
]
QueueOption = Annotated[
    str | None,
    typer.Option(help="With --prove-events: the SQS queue to pull from.", metavar="URL"),
]
WaitOption = Annotated[
    float, typer.Option(min=0, max=3600, help="Seconds to wait for the event.", metavar="S")
]
DnsServerOption = Annotated[
    str | None,
    typer.Option(help="Ask this name server, not this machine's.", metavar="IP[:PORT]"),
]


def doctor(
    ctx: typer.Context,
    offline: OfflineOption = False,
    prove: ProveOption = False,
    queue: QueueOption = None,
    wait: WaitOption = 120.0,
    dns_server: DnsServerOption = None,
    json: Json = False,
) -> None:
    """Look at everything that sending needs; nothing is sent, except with --prove-events.

    Settings, secrets, store, disk, a sample digest, arXiv (one request), the mail server or
    Amazon SES, and what the DNS says of the sender's domain. Each finding comes with its fix.
    Warnings do not count: exit code 0 says that there is no problem, 78 that a setting is wrong,
    69 that a service does not do, 70 that a digest breaks its rules.

    \b
    Examples:
      newsletter doctor
      newsletter doctor --prove-events --queue https://sqs.eu-west-1.amazonaws.com/123456789012/events
    """
    from newsletter.doctor.checks import Wishes
    from newsletter.doctor.finding import failed

    wishes = Wishes(offline=offline, prove=prove, queue=queue, wait_s=wait, dns_server=dns_server)
    _check_words(wishes)
    try:
        program = app_of(ctx)
    except ConfigurationError as error:
        fix = "correct it in the settings file or the environment; nothing else was looked at"
        found: Sequence[Finding] = (failed("settings", error, fix=fix),)
    else:
        _check_kind(program, wishes)
        found = _examined(program, wishes)
    raise typer.Exit(_show(found, json=json))


def _check_words(wishes: "Wishes") -> None:
    if wishes.offline and wishes.prove:
        raise UsageError("--prove-events sends a mail: leave --offline out")
    if wishes.queue is not None and not wishes.prove:
        raise UsageError("--queue is for --prove-events: add it, or leave --queue out")


def _check_kind(program: "App", wishes: "Wishes") -> None:
    if wishes.prove and program.settings.mailer.kind != "ses":
        raise UsageError('--prove-events is for mailer.kind "ses": no other mailer has events')


def _examined(program: "App", wishes: "Wishes") -> "tuple[Finding, ...]":
    from newsletter.doctor.checks import checks_of
    from newsletter.doctor.examine import examine

    checks = checks_of(program, wishes)
    with progress("Looking", total=len(checks)) as advance:
        return tuple(examine(checks, advance))


def _show(found: "Sequence[Finding]", *, json: bool) -> int:
    from newsletter.doctor.examine import exit_code
    from newsletter.doctor.finding import Level

    code = exit_code(found)
    counts = {level.value: 0 for level in Level} | Counter(each.level.value for each in found)
    rows = [(each.check, each.level.value, each.text, each.fix) for each in found]
    if json:
        findings = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        print_json({"findings": findings, "counts": counts, "exit_code": code})
    else:
        print_table(COLUMNS, rows)
        note(", ".join(f"{number} {level}" for level, number in counts.items()))
    return code
