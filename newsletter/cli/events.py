"""``newsletter events``: what came back about mails."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.bootstrap import App
from newsletter.cli.event_input import opened, payloads_of
from newsletter.cli.event_signals import InterruptibleQueue
from newsletter.cli.event_view import show_report
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import print_json_list, print_table
from newsletter.cli.progress import progress
from newsletter.delivery.event_pull import pull as pull_events
from newsletter.delivery.event_report import EventReport
from newsletter.delivery.events import apply_kept, apply_payloads, forget_old_events
from newsletter.errors import UsageError
from newsletter.mailers.ses_events import read_events
from newsletter.ports import Store

UNREADABLE_COLUMNS = ("last_at", "times", "why", "excerpt", "sha256")

app = typer.Typer(no_args_is_help=True, help="Take in what the provider says about the mails.")


@app.command("apply")
def apply(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines, or one JSON document; - is standard input.", show_default=False
        ),
    ],
    json: Json = False,
) -> None:
    """Take in events from a file; the same events again change nothing.

    An event may be as SES writes it, or wrapped by SNS, EventBridge, SQS or Lambda.
    Ends with 3 when some were not understood: these are set aside.

    \b
    Examples:
      newsletter events apply events.jsonl
      aws sqs receive-message --queue-url URL | jq -c '.Messages[]' | newsletter events apply -
    """
    program = app_of(ctx)
    with opened(file) as source, program.open_store() as store:
        report = apply_payloads(
            payloads_of(source), read=read_events, events=store.events, clock=program.clock
        )
        report += apply_kept(events=store.events, clock=program.clock)
        forget_old_events(events=store.events, clock=program.clock)
        _end(store, report, json=json)


@app.command("pull")
def pull(
    ctx: typer.Context,
    queue: Annotated[
        str, typer.Option(help="The URL of the SQS queue.", metavar="URL", show_default=False)
    ],
    limit: Annotated[
        int | None, typer.Option("--max", min=1, help="At most so many messages.", metavar="N")
    ] = None,
    wait: Annotated[
        int, typer.Option(min=0, max=20, help="Seconds to wait for a message.", metavar="S")
    ] = 20,
    once: Annotated[
        bool, typer.Option("--once", help="Stop when the queue gives nothing more.")
    ] = False,
    endpoint_url: Annotated[
        str | None, typer.Option(help="Another address to talk to, for tests.", metavar="URL")
    ] = None,
    json: Json = False,
) -> None:
    """Take in events from an SQS queue until Ctrl-C; they are deleted there once they are here.

    \b
    Examples:
      newsletter events pull --queue https://sqs.eu-west-1.amazonaws.com/123456789012/events
      newsletter events pull --queue URL --once --wait 1 --json
    """
    program = app_of(ctx)
    for url in filter(None, (queue, endpoint_url)):
        _require_url(url)
    with program.open_store() as store, program.event_queue(queue, endpoint_url) as remote:
        report = _pull(program, store, InterruptibleQueue(remote), wait, limit, once=once)
        _end(store, report, json=json)


@app.command("unreadable")
def unreadable(ctx: typer.Context, json: Json = False) -> None:
    """Show what came as an event and was not understood, the newest first.

    \b
    Examples:
      newsletter events unreadable
      newsletter events unreadable --json | jq -r '.[].why' | sort | uniq -c
    """
    with app_of(ctx).open_store() as store:
        found = store.events.unreadable()
    facts = [{name: getattr(each, name) for name in UNREADABLE_COLUMNS} for each in found]
    if json:
        print_json_list(facts)
    else:
        print_table(UNREADABLE_COLUMNS, (tuple(each.values()) for each in facts))


def _pull(
    program: App,
    store: Store,
    queue: InterruptibleQueue,
    wait_s: int,
    limit: int | None,
    *,
    once: bool,
) -> EventReport:
    with queue.listening(), progress("Events", total=limit) as advance:
        return pull_events(
            queue,
            read=read_events,
            events=store.events,
            clock=program.clock,
            wait_s=wait_s,
            limit=limit,
            once=once,
            may_go_on=lambda: not queue.is_stopped,
            on_progress=lambda report: advance(f"{report.payloads} messages"),
        )


def _end(store: Store, report: EventReport, *, json: bool) -> None:
    show_report(report, waiting=store.events.count_waiting(), json=json)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _require_url(url: str) -> None:
    if not url.startswith(("https://", "http://")):
        raise UsageError(
            f"{url!r} is no URL: give it whole, such as "
            "https://sqs.eu-west-1.amazonaws.com/123456789012/events"
        )
