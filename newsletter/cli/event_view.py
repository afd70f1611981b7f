"""What came of events, as the commands show it."""

from newsletter.cli.output import counted, note, print_json, print_table
from newsletter.delivery.event_report import EventReport

COUNTS = ("payloads", "new", "repeated", "unused", "unreadable", "alarms")
READERS = ("suppressed", "unsubscribed", "paused", "resumed")


def show_report(report: EventReport, *, waiting: int, json: bool) -> None:
    """Print a report, and what an operator should look at."""
    counts = {name: getattr(report, name) for name in COUNTS}
    readers = {name: getattr(report, name) for name in READERS}
    deliveries = {state.value: number for state, number in sorted(report.changes.items())}
    if json:
        facts = counts | {"waiting": waiting, "readers": readers, "deliveries": deliveries}
        print_json(facts)
    else:
        changed = ((f"deliveries {state}", number) for state, number in deliveries.items())
        touched = ((f"readers {what}", number) for what, number in readers.items())
        print_table(("what", "number"), [*counts.items(), ("waiting", waiting), *changed, *touched])
    if report.unreadable:
        note(f"{report.unreadable} were not understood: `newsletter events unreadable` shows them.")
    if report.alarms:
        note(
            f"{counted(report.alarms, 'mail was', 'mails were')} refused for what is in them: "
            "the log above names them; look at their content, size and links before the next issue."
        )
