"""One entry of an announcement, as its source gives it, made into a Paper.

The steps that every source shares: TeX resolved, names split, paragraphs folded, notes read.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from newsletter.model import AnnounceType, Paper
from newsletter.sources.identifier import parse_identifier
from newsletter.sources.metadata import find_acceptance, find_code_url
from newsletter.tex.clean import fold, fold_paragraphs
from newsletter.tex.names import split_authors
from newsletter.tex.resolve import to_unicode

MAX_TITLE_CHARS = 2_000
MAX_ABSTRACT_CHARS = 20_000
MAX_NOTE_CHARS = 2_000
MAX_CATEGORIES = 30


class BadEntryError(ValueError):
    """An entry cannot be made into a paper; it is set aside with this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """What a source says about one paper.

    Attributes:
        identifier: with or without version, in any of arXiv's forms.
        title, abstract, comment, journal_ref: with TeX, white space as received.
        authors: one joined string in TeX, or the names one by one.
        categories: in the source's order.
        primary: the primary category, when the source says it; it is put first.
        announce_type: in ``category``, relative to the request.
    """

    identifier: str
    title: str
    abstract: str
    authors: str | tuple[str, ...]
    categories: tuple[str, ...]
    announce_type: AnnounceType
    primary: str | None = None
    submitted_at: datetime | None = None
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None


def make_paper(entry: RawEntry, *, category: str, on: date) -> Paper:
    """Make a paper announced in ``category`` on the day ``on``.

    Without a version in the identifier it is 1.

    Raises:
        BadEntryError: no identifier, no title, or a title that cannot be one.
    """
    try:
        paper_id, version = parse_identifier(entry.identifier)
    except ValueError as error:
        raise BadEntryError(str(error)) from error
    title_tex = fold(entry.title)
    if not title_tex:
        raise BadEntryError("it has no title")
    if len(title_tex) > MAX_TITLE_CHARS:
        raise BadEntryError(f"its title has {len(title_tex)} characters")
    abstract_tex = fold_paragraphs(entry.abstract[:MAX_ABSTRACT_CHARS])
    paper = Paper(
        id=paper_id,
        version=version or 1,
        title=fold(to_unicode(title_tex)) or title_tex,
        abstract=fold_paragraphs(to_unicode(abstract_tex)),
        title_tex=title_tex,
        abstract_tex=abstract_tex,
        authors=_authors(entry.authors),
        categories=_categories(entry, category),
        announce_type=entry.announce_type,
        announced_in=((category, entry.announce_type),),
        announced_on=on,
        issue_on=on,
        submitted_at=entry.submitted_at,
        journal_ref=_note(entry.journal_ref),
        doi=_note(entry.doi),
    )
    return with_comment(paper, entry.comment)


def with_comment(paper: Paper, comment: str | None) -> Paper:
    """Return the paper with the authors' comment, and what it says: acceptance, code."""
    text = _note(comment)
    return replace(
        paper,
        comment=text,
        acceptance=find_acceptance(text),
        code_url=find_code_url(text, paper.abstract_tex),
    )


def _authors(authors: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(authors, str):
        return split_authors(authors)
    names = (fold(to_unicode(name)) for name in authors)
    return tuple(name for name in names if name.strip(" :,;"))


def _categories(entry: RawEntry, category: str) -> tuple[str, ...]:
    given = [fold(name) for name in entry.categories] or [category]
    if entry.primary:
        given.insert(0, entry.primary)
    elif entry.announce_type in {AnnounceType.NEW, AnnounceType.REPLACE} and category in given:
        given.insert(0, category)
    return tuple(dict.fromkeys(name for name in given if name))[:MAX_CATEGORIES]


def _note(text: str | None) -> str | None:
    return fold(to_unicode(text[:MAX_NOTE_CHARS])) or None if text else None
