"""Errors about the command's words, in words of our own."""

import typer
from typer._click import Context
from typer.core import TyperGroup

_REPLACED = (
    ("Value error, ", ""),
    (
        "Input should be a valid integer, unable to parse string as an integer",
        "it must be a whole number",
    ),
    ("Input should be", "it must be"),
)


class PlainGroup(TyperGroup):
    """The group of all commands; what a validator says of an option is put plainly."""

    def invoke(self, ctx: Context) -> object:
        """Run the command that is meant."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            for theirs, ours in _REPLACED:
                error.message = error.message.replace(theirs, ours)
            raise
