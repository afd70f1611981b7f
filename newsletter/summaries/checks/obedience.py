"""Whether an answer followed instructions that stood in the paper, or sells something."""

from collections.abc import Iterable

from newsletter.summaries.checks.patterns import load_patterns


def wrong_obedience(texts: Iterable[str], *, source: str) -> str:
    """Return why a text seems to follow somebody else than us; empty when it does not.

    What the authors say of their own work in the same words is theirs, unless their paper holds
    text that is meant for models.
    """
    source = source.casefold()
    is_laid_for_us = has_hidden_orders(source)
    for text in texts:
        if why := _wrong_text(text, source, is_laid_for_us):
            return why
    return ""


def has_hidden_orders(source: str) -> bool:
    """Tell whether a paper holds text that is meant for models."""
    return load_patterns("papers")["hidden"].search(source) is not None


def _wrong_text(text: str, source: str, is_laid_for_us: bool) -> str:  # noqa: FBT001 - private
    said = load_patterns("said")
    orders = said["orders"].search(text)
    if orders and (is_laid_for_us or orders[0].casefold() not in source):
        return "it repeats or follows an instruction"
    praise = said["praise"].search(text)
    if praise and (is_laid_for_us or praise[0].casefold() not in source):
        return f"it recommends or addresses the reader ({praise[0][:30]!r})"
    contact = said["contact"].search(text)
    if contact and contact[0].casefold() not in source:
        return "it names an address that the paper does not have"
    return ""
