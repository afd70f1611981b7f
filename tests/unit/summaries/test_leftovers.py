"""What must not be left in a text, and what may."""

import pytest

from newsletter.summaries.checks.leftovers import wrong_markdown, wrong_texts

BAD = [
    "<think>hm</think> We propose it.", "We propose it.</think>", "[INST] We propose it.",
    "<b>We</b> propose it.", "<script>alert(1)</script>", "<img src=x onerror=y>", "![x](y) We.",
    "See [this](https://example.org).", "See https://example.org now.", "javascript:alert(1)",
    "**We** propose it.", "# We propose it", "```json", "| a | b |", r"\frac{a}{b} is small",
    '{"tldr": "x"}', r"\u8fd9\u7bc7 text", "a &lt; b holds", "{{ secret }}", "@@x@@", "a\ufffdb",
    "Error", "N/A", "null", "...", "", "无", "None.", "Summary generation failed",
    "Motivation analysis unavailable", "I'm sorry, but I cannot do that.",
    "As an AI language model, I think so.", "As an AI, I cannot see it.",
    "Here is the summary you asked for.",
    "抱歉，我无法提供该论文的总结。", "以下是该论文的总结：", "生成失败", "rate limit exceeded",
]  # fmt: skip
GOOD = [
    "We propose a < b and c > d as a criterion.", "L³ layers need O(n²) time.", "A → B & C.",
    "Errors fall by half; failed runs are rare.", "The agent summarises text it cannot see.",
    "The text-to-image model is unavailable to attackers.", "提出了一种新的方法，显著降低错误率。",
    "We frame the data as an AI-text arms race.", "It acts as a language model.",
    "C++ and C# code: 3 * 4 = 12; x_i is free.", "“Quoted” text – with dashes… and more.",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_leftovers_are_found(text: str) -> None:
    assert wrong_texts(["A good sentence about attention.", text])


@pytest.mark.parametrize("text", GOOD)
def test_plain_text_is_left_alone(text: str) -> None:
    assert wrong_texts([text]) == ""


def test_what_the_authors_write_themselves_is_theirs() -> None:
    said = "Titles such as {{ user.name }} reach <first> engines."
    assert wrong_texts([said])
    assert wrong_texts([said], source=said) == ""
    assert wrong_texts([said + " <b>"], source=said)


def test_markdown_may_hold_markdown_but_no_thoughts() -> None:
    assert wrong_markdown("## Title\n\n**bold** `code` | a | b |\n\n$\\frac{a}{b}$") == ""
    assert wrong_markdown("## Title\n\n<think>hm")
    assert wrong_markdown("抱歉，我无法总结。")
