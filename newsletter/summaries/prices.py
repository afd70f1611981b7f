"""What tokens cost, as the settings say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from newsletter.model import Usage

PER_TOKENS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens, in and out."""

    in_usd: float
    out_usd: float


def parse_price(text: str) -> tuple[str, Price]:
    """Read ``model:in:out``; the model's name may hold colons.

    Raises:
        ValueError: it is not of this form.
    """
    model, in_usd, out_usd = text.rsplit(":", 2)
    return model.strip(), Price(in_usd=float(in_usd), out_usd=float(out_usd))


def parse_prices(texts: Sequence[str]) -> dict[str, Price]:
    """Read a price table."""
    return dict(map(parse_price, texts))


def priced(usage: Usage, model: str, prices: Mapping[str, Price]) -> Usage:
    """Return the usage with what it costs; None where the model has no price."""
    price = prices.get(model)
    if price is None:
        return usage
    cost = usage.tokens_in * price.in_usd + usage.tokens_out * price.out_usd
    return replace(usage, cost_usd=cost / PER_TOKENS)
