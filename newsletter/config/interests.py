"""The interests of the house: they rank the public pages, and are the template for new readers."""

from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from newsletter.config.section import Section
from newsletter.config.texts import FilledLine
from subscribers.errors import InvalidInterestsError
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.keywords import parse_keyword

HOUSE_CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
HOUSE_KEYWORDS = (
    Keyword(phrase="large language model"),
    Keyword(phrase="LLM inference"),
    Keyword(phrase="distributed training"),
    Keyword(phrase="mixture of experts", weight=0.9),
    Keyword(phrase="reasoning model", weight=0.8),
    Keyword(phrase="sparse attention", weight=0.8),
    Keyword(phrase="KV cache", weight=0.8),
    Keyword(phrase="quantization", weight=0.7),
    Keyword(phrase="retrieval-augmented generation", weight=0.7),
    Keyword(phrase="multi-agent system", weight=0.6),
    Keyword(phrase="reinforcement learning", weight=0.5),
)

Value = TypeVar("Value")
Names = Annotated[tuple[FilledLine, ...], Field(strict=False, max_length=1000)]
Keywords = Annotated[tuple[Keyword, ...], Field(strict=False, max_length=1000)]
Types = Annotated[tuple[Annotated[AnnounceType, Field(strict=False)], ...], Field(strict=False)]


class InterestsSettings(Section):
    """What the house wants to read."""

    categories: Names = HOUSE_CATEGORIES
    """arXiv's categories to read, see https://arxiv.org/category_taxonomy"""
    keywords: Keywords = HOUSE_KEYWORDS
    """"phrase", "phrase:weight" or { phrase = "…", weight = … }; −1 to 1, negative mutes."""
    exclude: Names = ()
    """Papers with one of these words are never shown."""
    authors: Names = ()
    """Papers of these authors always come first."""
    announce_types: Types = (AnnounceType.NEW, AnnounceType.CROSS)
    """Any of "new", "cross", "replace", "replace-cross"."""
    min_score: float = 0.0
    """Papers that score less are not shown."""
    max_papers: int = 15
    """At most this many papers in one digest, 1 to 50."""

    @field_validator("keywords", mode="before")
    @classmethod
    def _read_keywords(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            raise ValueError("it must be a list of phrases")  # noqa: TRY004 - pydantic's contract
        return tuple(_keyword(each) for each in value)

    @field_validator("categories", "announce_types", "min_score", "max_papers")
    @classmethod
    def _check(cls, value: Value, info: ValidationInfo) -> Value:
        fields: dict[str, Any] = {str(info.field_name): value}
        try:
            Interests(**fields)
        except InvalidInterestsError as error:
            raise ValueError(str(error)) from error
        return value

    @field_validator("categories")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("it must name at least one category")
        return value

    def to_interests(self) -> Interests:
        """Return the interests as ranking reads them."""
        return Interests(**{name: getattr(self, name) for name in type(self).model_fields})


def _keyword(value: object) -> Keyword:
    try:
        match value:
            case Keyword():
                return value
            case str():
                return parse_keyword(value)
            case {"phrase": str(phrase), **rest} if set(rest) <= {"weight"}:
                return Keyword(phrase=phrase.strip(), weight=_weight(rest.get("weight", 1.0)))
    except InvalidInterestsError as error:
        raise ValueError(str(error)) from error
    raise ValueError('a keyword must be "phrase", "phrase:weight" or { phrase = "…", weight = … }')


def _weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a keyword's weight must be a number between −1 and 1")  # noqa: TRY004
    return float(value)
