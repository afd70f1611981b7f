"""Number the words of the corpus."""

from dataclasses import dataclass

from newsletter.ranking.words import fold_word, split_words

MAX_REMEMBERED = 500_000
SHOUTED_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedText:
    """A text as numbers.

    Attributes:
        words: the number of each word, in order.
        acronyms: for each word, whether it was written as an acronym.
        is_shouted: the text is all in capitals, so every word may be one.
    """

    words: tuple[int, ...]
    acronyms: tuple[bool, ...]
    is_shouted: bool


class Vocabulary:
    """Give each word a number, from 0 in the order they are met."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._seen: dict[str, tuple[int, bool]] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, folded: str) -> int:
        """Return the number of a folded word."""
        return self._codes.setdefault(folded, len(self._codes))

    def encode(self, text: str) -> EncodedText:
        """Cut a text into words and number them."""
        tokens = split_words(text)
        seen = self._seen
        if len(seen) > MAX_REMEMBERED:
            seen.clear()
        for token in tokens:
            if token not in seen:
                word = fold_word(token)
                seen[token] = (self.code(word.folded), word.is_acronym)
        pairs = [seen[token] for token in tokens]
        return EncodedText(
            words=tuple([code for code, _ in pairs]),
            acronyms=tuple([flag for _, flag in pairs]),
            is_shouted=len(tokens) >= SHOUTED_WORDS and text.isupper(),
        )
