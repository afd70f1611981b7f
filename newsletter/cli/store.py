"""``newsletter store``: move everything from one kind of store to another."""

from functools import partial
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import note, print_json, print_table
from newsletter.config import resolve_secrets
from newsletter.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Stores: copy one to another.")

_FORMS = "sqlite:PATH or dynamodb:TABLE,LEDGER"


@app.callback()
def _group() -> None:
    """Copy a store to another."""


@app.command("copy")
def copy(
    ctx: typer.Context,
    source: Annotated[str, typer.Option("--from", help=f"What to copy: {_FORMS}.")],
    target: Annotated[str, typer.Option("--to", help="Where to, in the same form; empty.")],
    json: Json = False,
) -> None:
    """Copy papers, people and the ledger to an empty store, and prove that nothing is missing.

    Stop sending and serving first: what changes meanwhile makes the proof fail. Both have the
    address key of the settings. Queued notices, unfinished changes of address, pauses after
    bounces and events that were applied already stay behind.

    \b
    Examples:
      newsletter store copy --from sqlite:data/newsletter.db --to dynamodb:news-main,news-ledger
      newsletter store copy --from dynamodb:news-main,news-ledger --to sqlite:back/newsletter.db
    """
    from newsletter.stores.copy import copy_store
    from newsletter.stores.copy_ends import opened

    if source == target:
        raise UsageError("--from and --to name the same store")
    settings = app_of(ctx).settings
    address_key = resolve_secrets(settings, make=False).address_key
    region, endpoint_url = settings.aws.region or None, settings.aws.endpoint_url or None
    given = partial(opened, address_key=address_key, region=region, endpoint_url=endpoint_url)
    with given(source, must_exist=True) as one, given(target) as other:
        copied = copy_store(one, other, tell=lambda part: note(f"Copying {part} …"))
    if json:
        print_json({each.part: {"number": each.number, "sha256": each.sha256} for each in copied})
    else:
        rows = ((each.part, str(each.number), each.sha256[:16]) for each in copied)
        print_table(("what", "number", "sha256"), rows)
        note("Both stores have the same.")
