"""``newsletter subscriber``: who gets the mails."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from ulid import ULID

from newsletter.cli.handle import app_of
from newsletter.cli.output import confirm, note, print_json, print_json_list, print_table
from newsletter.cli.subscriber_files import export_file, import_file
from newsletter.cli.subscriber_view import LIST_COLUMNS, as_json, as_list_row, as_rows
from newsletter.errors import UsageError
from newsletter.stores.scratch_wish import ScratchWish
from subscribers.address import mask, parse
from subscribers.errors import DuplicateSubscriberError, UnknownSubscriberError
from subscribers.lifecycle import subscribe_directly
from subscribers.model import Frequency, Subscriber, SubscriberState
from subscribers.ports import SubscriberStore
from subscribers.preferences import Preferences, parse_preferences
from subscribers.transfer import FileFormat

app = typer.Typer(no_args_is_help=True, help="Add, show and remove readers; import and export.")

Address = Annotated[str, typer.Argument(help="The reader's email address.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Several = list[str] | None


@app.command()
def add(
    ctx: typer.Context,
    address: Address,
    category: Annotated[Several, typer.Option(help="An arXiv category; repeatable.")] = None,
    keyword: Annotated[Several, typer.Option(help="PHRASE[:WEIGHT]; repeatable.")] = None,
    author: Annotated[Several, typer.Option(help="An author to pin; repeatable.")] = None,
    exclude: Annotated[Several, typer.Option(help="A word never to show; repeatable.")] = None,
    language: Annotated[str | None, typer.Option(help="Of the mails: en, zh, …")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/Paris.")] = None,
    frequency: Annotated[Frequency | None, typer.Option(help="How often.")] = None,
    weekday: Annotated[str | None, typer.Option(help="For weekly: monday, …")] = None,
    send_at: Annotated[str | None, typer.Option(help="Local time: 07:00.")] = None,
    max_papers: Annotated[int | None, typer.Option(help="At most this many, 1 to 50.")] = None,
    json: Json = False,
) -> None:
    """Add a reader who asked you for the mails; what is not given is as the house has it.

    \b
    Examples:
      newsletter subscriber add reader@example.org
      newsletter subscriber add reader@example.org --category cs.LG --keyword 'KV cache:0.5'
    """
    preferences = _preferences(
        categories=category,
        keywords=keyword,
        authors=author,
        exclude=exclude,
        language=language,
        timezone=timezone,
        frequency=frequency,
        weekday=weekday,
        send_at=send_at,
        max_papers=None if max_papers is None else str(max_papers),
    )
    reader = _added(ctx, parse(address), preferences)
    _note_language(reader)
    if json:
        print_json(as_json(reader))
    else:
        note(f"{reader.address} is subscribed; `newsletter preview --to` shows their next mail.")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[
        list[SubscriberState] | None, typer.Option(help="Only in this state; repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """List the readers.

    \b
    Examples:
      newsletter subscriber list
      newsletter subscriber list --state active --state paused --json
    """
    with app_of(ctx).open_store() as store:
        readers = store.subscribers.list_by_state(*(state or ()))
        if json:
            print_json_list(map(as_json, readers))
        else:
            print_table(LIST_COLUMNS, map(as_list_row, readers))


@app.command()
def show(ctx: typer.Context, address: Address, json: Json = False) -> None:
    """Show one reader.

    \b
    Examples:
      newsletter subscriber show reader@example.org
      newsletter subscriber show reader@example.org --json
    """
    with app_of(ctx).open_store() as store:
        reader = _found(store.subscribers, address)
    if json:
        print_json(as_json(reader))
    else:
        print_table(("what", "value"), as_rows(reader))


@app.command()
def remove(
    ctx: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete a reader's record for good.

    Nothing is remembered: added again, the same address is a new reader, who gets the
    latest issue once more. To end the mails for good: newsletter suppression add.

    \b
    Examples:
      newsletter subscriber remove reader@example.org
      newsletter subscriber remove reader@example.org --yes
    """
    with app_of(ctx).open_store() as store:
        reader = _found(store.subscribers, address)
        confirm(f"Delete {reader.address} for good?", yes=yes)
        store.subscribers.remove(reader.id)
    if json:
        print_json({"removed": reader.address})
    else:
        note(f"{reader.address} is deleted.")


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="CSV or JSON Lines; - is standard input.", show_default=False),
    ],
    file_format: Annotated[
        FileFormat | None, typer.Option("--format", help="By the file's name if not given.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    json: Json = False,
) -> None:
    """Add and change readers from a file; who has left stays gone.

    \b
    Columns: address, and any of state, categories, keywords, exclude, authors,
    announce_types, min_score, max_papers, frequency, weekday, send_at, language,
    timezone. Lists are separated by ";" or "|", keywords and excluded words by ","
    too. Ends with 3 when rows were refused.

    \b
    Examples:
      newsletter subscriber import readers.csv --dry-run
      newsletter subscriber import readers.jsonl --json
    """
    program = app_of(ctx)
    template = program.settings.interests.to_interests()
    copied = ScratchWish(is_for_import=True)
    with program.open_copy(copied, tell=note) if dry_run else program.open_store() as store:
        code = import_file(
            file, store.subscribers, template=template, file_format=file_format, as_json=json
        )
    raise typer.Exit(code)


@app.command("export")
def export_(
    ctx: typer.Context,
    file_format: Annotated[FileFormat, typer.Option("--format", help="How.")] = FileFormat.CSV,
    out: Annotated[Path | None, typer.Option(help="A file; standard output if not given.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
) -> None:
    """Write all readers to a file that `import` reads.

    \b
    Examples:
      newsletter subscriber export --out readers.csv
      newsletter subscriber export --format jsonl | jq .address
    """
    with app_of(ctx).open_store() as store:
        readers = store.subscribers.list_by_state()
        export_file(readers, out, file_format=FileFormat.JSONL if json else file_format)


def _preferences(**given: str | Several) -> Preferences:
    """Read the options that were given."""
    return parse_preferences({name: value for name, value in given.items() if value})


def _added(ctx: typer.Context, address: str, preferences: Preferences) -> Subscriber:
    program = app_of(ctx)
    reader = subscribe_directly(
        address,
        subscriber_id=str(ULID()),
        template=program.settings.interests.to_interests(),
        preferences=preferences,
        now=datetime.now(UTC),
    )
    with program.open_store() as store:
        try:
            store.subscribers.add(reader)
        except DuplicateSubscriberError as error:
            known = store.subscribers.find(address)
            raise UsageError(_why_not_added(address, known)) from error
    return reader


def _note_language(reader: Subscriber) -> None:
    """Say so when the mails will be in another language than the reader's."""
    from newsletter.render.labels import language_of_mails

    mails = language_of_mails(reader.language)
    if mails.split("-")[0] != reader.language.casefold().split("-")[0]:
        note(f"There are no words for {reader.language!r} yet: the mails will be in {mails!r}.")


def _why_not_added(address: str, known: Subscriber | None) -> str:
    state = known.state if known else SubscriberState.ACTIVE
    shown = f"`newsletter subscriber show {address}` shows the record"
    if state in (SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED):
        return f"{mask(address)} is {state.value} and stays so; {shown}"
    return f"{mask(address)} is subscribed already ({state.value}); {shown}"


def _found(subscribers: SubscriberStore, address: str) -> Subscriber:
    reader = subscribers.find(parse(address))
    if reader is None:
        raise UnknownSubscriberError(
            f"nobody is subscribed as {parse(address)}; `newsletter subscriber list` lists all"
        )
    return reader
