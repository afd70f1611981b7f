"""Every number of a summary must stand in the paper."""

import pytest

from newsletter.summaries.checks.numbers import known_numbers, unknown_numbers

PAPER = (
    "We train 12,000 agents in two phases on 7B models. Accuracy rises by 4.50% to 0.875, 3x "
    "faster, with 1.2k prompts over 10⁶ steps; half of all 16 experts stay idle."
)


@pytest.mark.parametrize(
    "said",
    [
        "12000 agents", "12,000 agents", "12k agents", "1.2万个智能体", "two phases", "2 phases",
        "4.5%", "4.50 %", "0.875", "87.5%", "3×", "1,200 prompts", "7B", "50% of 16 experts",
        "1) one thing 2) another", "（1）方法；（2）结果", "1. First", "no numbers at all", "",
    ],
)  # fmt: skip
def test_numbers_of_the_paper_are_known_in_any_spelling(said: str) -> None:
    assert unknown_numbers([said], known_numbers(PAPER)) == ()


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("5.4% better", ("5.4",)),
        ("13,000 agents", ("13000",)),
        ("98.765 points", ("98.765",)),
        ("4.51%", ("4.51",)),
        ("70B models", ("70",)),
        ("提升了 45%", ("45",)),
    ],
)
def test_numbers_that_were_made_up_are_found(said: str, unknown: tuple[str, ...]) -> None:
    assert unknown_numbers([said], known_numbers(PAPER)) == unknown
