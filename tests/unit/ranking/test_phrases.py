"""The automaton finds what a slow and obvious search finds."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.ranking.phrases import PhraseFinder, parse_phrase
from newsletter.ranking.vocabulary import Vocabulary
from newsletter.ranking.words import fold_word, split_words

PIECES = ("RL", "rl", "world", "Agents", "agent", "MoE", "sparse", "attention", "大", "语", "LLMs")
texts = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
keywords = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("-".join)


def find(text: str, *phrases: str) -> list[str]:
    """Return the phrases found in a text, as often as they are found."""
    vocabulary = Vocabulary()
    finder = PhraseFinder(phrases, vocabulary)
    names = {number: phrase for phrase, number in finder.numbers.items()}
    return sorted(names[number] for number in finder.find(vocabulary.encode(text)))


def count_slowly(text: str, phrase: str) -> int:
    """Try every place in the text."""
    tokens, wanted = split_words(text), parse_phrase(phrase)
    words = [fold_word(token) for token in tokens]
    shouted = len(tokens) >= 4 and text.isupper()
    count = 0
    for start in range(len(words) - len(wanted.words) + 1):
        window = words[start : start + len(wanted.words)]
        if tuple(word.folded for word in window) == wanted.words:
            count += shouted or all(window[place].is_acronym for place in wanted.acronyms)
    return count


@given(texts, st.lists(keywords, min_size=1, max_size=6, unique_by=parse_phrase))
def test_the_automaton_agrees_with_a_slow_search(text: str, phrases: list[str]) -> None:
    found = find(text, *phrases)
    assert {phrase: found.count(phrase) for phrase in phrases} == {
        phrase: count_slowly(text, phrase) for phrase in phrases
    }


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz -", max_size=60))
def test_rl_is_never_found_in_lower_case_text(text: str) -> None:
    assert find(f"early {text} world rl", "RL") == []


def test_rl_is_found_where_it_stands_for_itself() -> None:
    assert find("RL, RLs and deep-RL in the world", "RL") == ["RL", "RL", "RL"]


def test_a_keyword_in_small_letters_takes_any_case() -> None:
    assert find("KV-Caches and kv cache", "kv cache") == ["kv cache", "kv cache"]


def test_mixed_case_takes_any_case() -> None:
    assert (
        find("MoE, MOE, moe; PyTorch, Pytorch", "MoE", "PyTorch") == ["MoE"] * 3 + ["PyTorch"] * 2
    )


def test_a_title_in_capitals_hides_nothing() -> None:
    assert find("A STUDY OF RL AND RAG", "RL", "RAG") == ["RAG", "RL"]


def test_a_phrase_within_a_phrase_is_found_too() -> None:
    assert find("sparse attention", "sparse attention", "attention") == [
        "attention",
        "sparse attention",
    ]


def test_two_words_may_be_written_as_one() -> None:
    assert find("finetuning, fine-tuning, fine tuning", "fine-tuning") == ["fine-tuning"] * 3
    assert find("information", "in formation") == []


def test_chinese_is_found_without_spaces() -> None:
    assert find("基于大语言模型的研究", "大语言模型") == ["大语言模型"]


def test_a_keyword_without_words_is_never_found() -> None:
    assert find("anything at all", "…", "$$") == []


def test_spellings_of_one_phrase_share_a_number() -> None:
    finder = PhraseFinder(["LLM agent", "LLM-agents"], Vocabulary())
    assert finder.count == 1
