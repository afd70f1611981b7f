"""``newsletter suppression``: who gets no mail, whoever adds them."""

from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import confirm, note, print_json, print_json_list, print_table
from newsletter.errors import UsageError
from subscribers.address import mask, parse
from subscribers.model import SubscriberState
from subscribers.suppression import SuppressedAddress, Suppression, SuppressionReason

COLUMNS = ("address", "reason", "since", "state_before", "hash")
SHOWN_HASH_CHARS = 12

app = typer.Typer(no_args_is_help=True, help="Addresses that get no mail: show, add, lift.")

Address = Annotated[str, typer.Argument(help="An email address.", show_default=False)]

_MEANING = {
    SuppressionReason.BOUNCE: "Its server said that the mailbox does not exist.",
    SuppressionReason.MANUAL: "It was suppressed by hand, or came so with an import.",
    SuppressionReason.ERASED: "Its owner wanted to be forgotten.",
    SuppressionReason.COMPLAINT: "Its owner called our mail spam.",
}


@app.command("list")
def list_(
    ctx: typer.Context,
    reason: Annotated[SuppressionReason | None, typer.Option(help="Only for this reason.")] = None,
    json: Json = False,
) -> None:
    """List the suppressed addresses; of those that are no reader's there is only a hash.

    \b
    Examples:
      newsletter suppression list
      newsletter suppression list --reason complaint --json
    """
    with app_of(ctx).open_store() as store:
        listed = (
            _facts(each)
            for each in store.suppressions.list_all()
            if reason in (None, each.suppression.reason)
        )
        if json:
            print_json_list(listed)
        else:
            print_table(COLUMNS, (_row(facts) for facts in listed))


@app.command()
def add(ctx: typer.Context, address: Address, json: Json = False) -> None:
    """Send nothing more to an address, reader or not, whoever subscribes it.

    \b
    Examples:
      newsletter suppression add reader@example.org
      newsletter suppression add reader@example.org --json
    """
    program, parsed = app_of(ctx), parse(address)
    with program.open_store() as store:
        in_force = store.suppressions.suppress(
            parsed, SuppressionReason.MANUAL, now=program.clock()
        )
    if json:
        print_json(_one(parsed, in_force))
    else:
        note(f"{parsed} gets no more mail (reason: {in_force.reason.value}).")


@app.command()
def lift(
    ctx: typer.Context,
    address: Address,
    force: Annotated[
        bool, typer.Option("--force", help="Also after a complaint or an erasure.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Let an address have mail again; its reader is then what they were before.

    A complaint and an erasure are for good: --force, when the owner asked you for mail again.

    \b
    Examples:
      newsletter suppression lift reader@example.org
      newsletter suppression lift reader@example.org --yes --json
    """
    parsed = parse(address)
    with app_of(ctx).open_store() as store:
        suppression = store.suppressions.find(parsed)
        if suppression is None:
            raise UsageError(f"{mask(parsed)} is not suppressed; `newsletter suppression list`")
        _require_force(parsed, suppression, force=force)
        confirm(_question(parsed, suppression), yes=yes)
        store.suppressions.lift(parsed)
        reader = store.subscribers.find(parsed)
    state = reader.state if reader else None
    if json:
        print_json({"lifted": parsed, "reader": state.value if state else None})
    else:
        note(_lifted(parsed, state))


def _require_force(address: str, suppression: Suppression, *, force: bool) -> None:
    if suppression.is_for_good and not force:
        raise UsageError(
            f"{mask(address)} is suppressed for good. {_MEANING[suppression.reason]} Mail to it "
            "costs you the trust of mail providers, and may be unlawful. If its owner asked you "
            "for mail again, add --force"
        )


def _question(address: str, suppression: Suppression) -> str:
    meaning = _MEANING[suppression.reason]
    return f"{meaning} Nothing will keep mail from {address} any more. Lift the suppression?"


def _lifted(address: str, state: SubscriberState | None) -> str:
    if state is None:
        return f"{address} may be subscribed again; nobody is by now."
    if state is SubscriberState.ACTIVE:
        return f"{address} gets mail again, from the next issue on."
    return f"{address} is no longer suppressed; the reader is {state.value}."


def _facts(listed: SuppressedAddress) -> dict[str, object]:
    return _one(listed.address, listed.suppression) | {"hash": listed.address_hash}


def _one(address: str | None, suppression: Suppression) -> dict[str, object]:
    before = suppression.state_before
    return {
        "address": address,
        "reason": suppression.reason.value,
        "since": suppression.since,
        "state_before": before.value if before else None,
    }


def _row(facts: dict[str, object]) -> tuple[object, ...]:
    short = facts | {"hash": str(facts["hash"])[:SHOWN_HASH_CHARS]}
    return tuple(short[name] for name in COLUMNS)
