"""Prices, limits, and what is left of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from newsletter.model import Usage
from newsletter.summaries.budget import Budget, Limits
from newsletter.summaries.prices import Price, parse_prices, priced
from newsletter.summaries.tokens import count_tokens

ONE = Usage(calls=1, tokens_in=60, tokens_out=40, cost_usd=0.5)


def test_prices_are_read_and_models_may_have_colons() -> None:
    assert parse_prices(["m:0.25:2", "qwen3:8b:0:0.1"]) == {
        "m": Price(in_usd=0.25, out_usd=2.0), "qwen3:8b": Price(in_usd=0.0, out_usd=0.1)
    }  # fmt: skip


def test_a_usage_is_priced_by_the_million() -> None:
    usage = Usage(calls=1, tokens_in=2_000_000, tokens_out=500_000)
    assert priced(usage, "m", parse_prices(["m:0.25:2"])).cost_usd == pytest.approx(1.5)
    assert priced(usage, "other", parse_prices(["m:0.25:2"])).cost_usd is None


def test_costs_add_up_and_unknown_ones_do_not_hide_known_ones() -> None:
    assert (ONE + ONE).cost_usd == 1.0
    assert (ONE + Usage(calls=1)).cost_usd == 0.5
    assert (Usage() + Usage()).cost_usd is None


@pytest.mark.parametrize(
    ("limits", "fits"),
    [(Limits(), 9), (Limits(tokens=250), 2), (Limits(cost_usd=1.0), 2), (Limits(tokens=99), 0)],
)
def test_reservations_stop_at_the_limit(limits: Limits, fits: int) -> None:
    budget = Budget(limits)
    assert sum(budget.reserve(ONE) for _ in range(9)) == fits


def test_what_was_really_consumed_replaces_the_reservation() -> None:
    budget = Budget(Limits(tokens=250, cost_usd=10.0))
    assert budget.reserve(ONE)
    budget.settle(ONE, Usage(calls=1, tokens_in=10, tokens_out=5, cost_usd=0.05))
    assert budget.spent.tokens == 15
    assert budget.spent.cost_usd == pytest.approx(0.05)
    assert [budget.reserve(ONE) for _ in range(3)] == [True, True, False]


def test_papers_are_counted_apart() -> None:
    budget = Budget(Limits(papers=2))
    assert [budget.reserve_paper() for _ in range(3)] == [True, True, False]


def test_threads_cannot_overspend_together() -> None:
    budget = Budget(Limits(tokens=1_000))
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda _: budget.reserve(ONE), range(200)))
    assert taken == 10


def test_tokens_are_estimated_for_both_kinds_of_writing() -> None:
    assert 20 <= count_tokens("a sentence of " * 8) <= 40
    assert 15 <= count_tokens("稀疏注意力方法显著优于现有基线模型") <= 20
