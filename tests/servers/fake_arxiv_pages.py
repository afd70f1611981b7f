"""Pages in arXiv's forms: RSS, listing, search result."""

from collections.abc import Sequence
from datetime import date
from html import escape

from tests.servers.fake_arxiv_days import Record

_RSS_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>{category} updates on arXiv.org</title>
<description>{category} updates on the arXiv.org e-print archive.</description>"""
_ATOM_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/fake</id><title>arXiv Query</title>
<opensearch:itemsPerPage>{per_page}</opensearch:itemsPerPage>
<opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>{start}</opensearch:startIndex>"""
_SECTIONS = (
    ("New submissions", ("new",)),
    ("Cross submissions", ("cross",)),
    ("Replacement submissions", ("replace", "replace-cross")),
)


def feed_xml(category: str, records: Sequence[Record]) -> bytes:
    """A feed of the records that are announced in the category."""
    items = [_item(record, kind) for record in records if (kind := record.type_in(category))]
    return (_RSS_HEAD.format(category=category) + "".join(items) + "</channel></rss>").encode()


def _item(record: Record, kind: str) -> str:
    categories = "".join(f"<category>{name}</category>" for name in record.categories)
    head = f"arXiv:{record.id}v{record.version} Announce Type: {kind} \nAbstract: "
    return (
        f"<item><title>{escape(record.title)}</title>"
        f"<link>https://arxiv.org/abs/{record.id}</link>"
        f"<description>{escape(head + record.abstract)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{record.id}v{record.version}</guid>{categories}'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:creator>{escape(record.authors)}</dc:creator></item>"
    )


def listing_html(category: str, records: Sequence[Record], on: date) -> bytes:
    """A page ``/list/{category}/new`` that states the day and its counts."""
    parts = [f"<h3>Showing new listings for {on:%A, %-d %B %Y}</h3>"]
    for title, kinds in _SECTIONS:
        shown = [record for record in records if record.type_in(category) in kinds]
        if shown:
            parts.append(f"<h3>{title} (showing {len(shown)} of {len(shown)} entries)</h3>")
            parts.extend(_listing_entry(record) for record in shown)
    return f"<html><body><dl id='articles'>{''.join(parts)}</dl></body></html>".encode()


def _listing_entry(record: Record) -> str:
    subjects = [f"X ({name})" for name in record.categories if name != record.primary]
    primary = f'<span class="primary-subject">X ({record.primary})</span>'
    comment = (
        f"<div class='list-comments'><span class='descriptor'>Comments:</span> "
        f"{escape(record.comment)}</div>"
        if record.comment
        else ""
    )
    authors = ", ".join(f'<a href="#">{escape(name)}</a>' for name in record.authors.split(", "))
    return (
        f'<dt><a href ="/abs/{record.id}" title="Abstract">arXiv:{record.id}</a> '
        f'[<a href="https://arxiv.org/html/{record.id}v{record.version}">html</a>]</dt>'
        f"<dd><div class='meta'><div class='list-title'><span class='descriptor'>Title:</span> "
        f"{escape(record.title)}</div><div class='list-authors'>{authors}</div>{comment}"
        f"<div class='list-subjects'><span class='descriptor'>Subjects:</span> "
        f"{'; '.join([primary, *subjects])}</div>"
        f"<p class='mathjax'> {escape(record.abstract)}</p></div></dd>"
    )


def search_xml(records: Sequence[Record], *, start: int, per_page: int) -> bytes:
    """One page of a search result."""
    head = _ATOM_HEAD.format(total=len(records), start=start, per_page=per_page)
    entries = "".join(map(_entry, records[start : start + per_page]))
    return f"{head}{entries}</feed>".encode()


def _entry(record: Record) -> str:
    moment = f"{record.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
    authors = "".join(
        f"<author><name>{escape(name)}</name></author>" for name in record.authors.split(", ")
    )
    categories = "".join(f'<category term="{name}"/>' for name in record.categories)
    comment = f"<arxiv:comment>{escape(record.comment)}</arxiv:comment>" if record.comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{record.id}v{record.version}</id>"
        f"<title>{escape(record.title)}</title><updated>{moment}</updated>"
        f"<published>{moment}</published><summary>{escape(record.abstract)}</summary>"
        f'<arxiv:primary_category term="{record.primary}"/>{categories}{comment}{authors}</entry>'
    )
