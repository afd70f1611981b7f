"""Number the words of the corpus."""

from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.ranking.words import fold_word, split_words

MAX_REMEMBERED = 500_000
SHOUTED_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedText:
    """A text as numbers.

    Attributes:
        words: the number of each word, in order.
        tokens: the words as they are written.
        is_shouted: the text is all in capitals, so that they say nothing about acronyms.
    """

    words: tuple[int, ...]
    tokens: tuple[str, ...]
    is_shouted: bool

    def has_acronyms_at(self, places: Iterable[int]) -> bool:
        """Tell whether the words at ``places`` are written as acronyms, or may be."""
        return self.is_shouted or all(fold_word(self.tokens[place]).is_acronym for place in places)


class Vocabulary:
    """Give each word a number, from 0 in the order they are met."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._codes_by_token = _CodesByToken(self)

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, folded: str) -> int:
        """Return the number of a folded word."""
        return self._codes.setdefault(folded, len(self._codes))

    def encode(self, text: str) -> EncodedText:
        """Cut a text into words and number them."""
        tokens = tuple(split_words(text))
        if len(self._codes_by_token) > MAX_REMEMBERED:
            self._codes_by_token.clear()
        return EncodedText(
            words=tuple(map(self._codes_by_token.__getitem__, tokens)),
            tokens=tokens,
            is_shouted=len(tokens) >= SHOUTED_WORDS and text.isupper(),
        )


class _CodesByToken(dict[str, int]):
    """Remember the number of each spelling: texts repeat most of their words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, token: str) -> int:
        code = self._vocabulary.code(fold_word(token).folded)
        self[token] = code
        return code
