"""Summaries on the pages: looked up as a page is made, so that a new one shows within minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from newsletter.model import Entry, Paper, Summary, SummaryText
from newsletter.render.clean import escaped
from newsletter.render.labels import Labels
from newsletter.render.summary_view import origin_text
from newsletter.web.site import Site

FIRST_HEADING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSummary:
    """All of a summary, for the paper's own page.

    Attributes:
        text: its parts, to be shown where there is no ``html``.
        html: the long form, safe; empty when there is none.
        language: of the text, BCP 47.
        origin: who wrote it.
    """

    text: SummaryText
    html: Markup
    language: str
    origin: str

    @property
    def has_table(self) -> bool:
        """Tell whether the long form has a table of its own."""
        return "<table>" in self.html


def find_summaries(site: Site, papers: Sequence[Paper], language: str) -> Mapping[str, Summary]:
    """Return summaries by paper id: in a language, else in the house's."""
    ours = site.summaries(papers, site.app.house.language)
    return {**ours, **site.summaries(papers, language)}


def told(site: Site, entries: Sequence[Entry], language: str) -> tuple[Entry, ...]:
    """Return entries with the summaries that are there."""
    found = find_summaries(site, [entry.paper for entry in entries], language)
    return tuple(replace(entry, summary=found.get(entry.paper.id)) for entry in entries)


def whole_summary(summary: Summary, labels: Labels) -> WholeSummary:
    """Put all of a summary into words; wide tables can be scrolled, with the keyboard too."""
    # 20 ms to import, and most pages have no whole summary.
    from newsletter.render.markdown import markdown_html  # noqa: PLC0415

    html = str(markdown_html(summary.text.markdown, first_heading=FIRST_HEADING))
    name = escaped(labels.text("summary_table"))
    before = f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table>'
    framed = html.replace("<table>", before).replace("</table>", "</table></div>")
    return WholeSummary(
        text=summary.text,
        html=Markup(framed),  # noqa: S704 - it was safe before, and is within a frame of ours
        language=summary.key.language,
        origin=origin_text(summary, labels),
    )
