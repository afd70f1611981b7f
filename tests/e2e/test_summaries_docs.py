"""What the documents say of models can be run word for word, with another address."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.commands import run
from tests.e2e.summarizing import Here, mind_of
from tests.servers.fake_llm import serve_llm

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/summaries.md")
_BLOCK = re.compile(r"```toml\n(\[summaries\]\n.*?)```", re.DOTALL)
_COMMENTED = re.compile(r'^# (base_url = "[^"]+") +and (model = "[^"]+").*$', re.MULTILINE)


def blocks() -> Iterator[str]:
    """Yield each block of settings, and each that a block has as comments."""
    for page in PAGES:
        for block in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            yield block
            for base_url, model in _COMMENTED.findall(block):
                yield f'[summaries]\nkind = "openai"\n{base_url}\n{model}\n'


BLOCKS = tuple(blocks())


def test_openai_qwen_and_ollama_are_told_in_both_places() -> None:
    told = [tomllib.loads(block)["summaries"] for block in BLOCKS]
    for part in ("", "dashscope", "localhost:11434"):
        assert sum(part in each.get("base_url", "") for each in told) >= 2, part


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_works_as_it_stands(tmp_path: Path, block: str) -> None:
    program = Here.with_a_reader(tmp_path)
    settings = tmp_path / "newsletter.toml"
    settings.write_text(block, encoding="utf-8")
    model = tomllib.loads(block)["summaries"]["model"]
    with serve_llm(mind_of(program)) as mind:
        environ = {
            "HOME": str(tmp_path),
            "NEWSLETTER_STORE__DATA_DIR": str(tmp_path / "data"),
            "NEWSLETTER_LOG__LEVEL": "warning",
            "NEWSLETTER_SUMMARIES__BASE_URL": mind.url,
            "NEWSLETTER_SUMMARIES__API_KEY": "sk-mine",
        }
        words = ("--config", str(settings), "summarize")
        dry = run(*words, "--dry-run", **environ)
        assert (dry.code, mind.calls) == (0, 0), dry.err
        assert f"to ask {model}" in dry.out
        done = run(*words, "--limit", "1", **environ)
    assert done.code == 0, done.err
    assert f"1 by {model}" in done.out
    assert [each.body["model"] for each in mind.questions] == [model]
    assert mind.questions[0].headers["authorization"] == "Bearer sk-mine"


def test_the_price_of_a_paper_is_what_the_documents_say(tmp_path: Path) -> None:
    program = Here.with_a_reader(tmp_path)
    estimate = program.json(
        "summarize", "--dry-run", NEWSLETTER_SUMMARIES__KIND="openai",
        NEWSLETTER_SUMMARIES__PRICES="fake:0.25:2.00",
    )  # fmt: skip
    papers, usage = estimate["to_ask"], estimate["usage"]
    assert 600 <= usage["tokens_in"] / papers <= 1_100
    assert usage["tokens_out"] / papers == 900
    assert 0.0019 <= usage["cost_usd"] / papers <= 0.0022
