"""arXiv's search API: announcements of days past, and papers by id.

Source: https://info.arxiv.org/help/api/user-manual.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import arxiv

from newsletter.model import Announcement, AnnounceType, Paper, SetAside, SourceName
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.entry import BadEntryError, RawEntry, make_paper
from newsletter.sources.http import ArxivHttp
from newsletter.sources.search_client import SearchClient

SEARCH_URL = "https://export.arxiv.org/api/query"
MAX_RESULTS = 2_000
LOOK_UP_IDS = 100
_MINUTE = timedelta(minutes=1)


class SearchSource:
    """Read past announcements by their window of submission, and look papers up."""

    name = SourceName.SEARCH

    def __init__(
        self,
        http: ArxivHttp,
        *,
        calendar: AnnouncementCalendar,
        search_url: str = SEARCH_URL,
    ) -> None:
        self._client = SearchClient(http, search_url=search_url)
        self._calendar = calendar

    def read(self, category: str, on: date) -> Announcement:
        """Find what was submitted for the batch ``on``; replacements cannot be found this way.

        A paper is NEW in its primary category and CROSS in the others. Papers that moderation
        held back are not among them; ``stated_count`` is what the search found in all.

        Raises:
            SourceError: nobody answered, or the answer is no search result.
        """
        first, last = self._calendar.submission_window(on)
        query = f"cat:{category} AND submittedDate:[{_minute(first)} TO {_minute(last - _MINUTE)}]"
        search = arxiv.Search(
            query=query,
            max_results=MAX_RESULTS,
            sort_by=arxiv.SortCriterion.SubmittedDate,
            sort_order=arxiv.SortOrder.Ascending,
        )
        results = self._client.find(search)
        papers: list[Paper] = []
        set_aside: list[SetAside] = list(self._client.set_aside)
        for result in results:
            try:
                papers.append(make_paper(_raw(result, category), category=category, on=on))
            except BadEntryError as error:
                set_aside.append(SetAside(entry=result.entry_id[:100], why=str(error)))
        return Announcement(
            category=category,
            on=on,
            source=SourceName.SEARCH,
            papers=tuple(papers),
            stated_count=self._client.total,
            set_aside=tuple(set_aside),
        )

    def look_up(self, paper_ids: Sequence[str]) -> Mapping[str, Paper]:
        """Return the papers that were found, by id; those that were not are left out.

        Their days are those of submission: the search does not know announcements.

        Raises:
            SourceError: nobody answered.
        """
        return {paper.id: paper for paper in self._find_each(paper_ids)}

    def _find_each(self, paper_ids: Sequence[str]) -> Iterator[Paper]:
        for start in range(0, len(paper_ids), LOOK_UP_IDS):
            chunk = list(paper_ids[start : start + LOOK_UP_IDS])
            for result in self._client.find(arxiv.Search(id_list=chunk, max_results=len(chunk))):
                category = result.primary_category
                try:
                    entry = _raw(result, category)
                    yield make_paper(entry, category=category, on=result.published.date())
                except BadEntryError:
                    continue


def _raw(result: arxiv.Result, category: str) -> RawEntry:
    is_primary = result.primary_category == category
    return RawEntry(
        identifier=result.entry_id,
        title=result.title,
        abstract=result.summary,
        authors=tuple(author.name for author in result.authors),
        categories=tuple(result.categories),
        announce_type=AnnounceType.NEW if is_primary else AnnounceType.CROSS,
        primary=result.primary_category or None,
        submitted_at=result.published,
        comment=result.comment,
        journal_ref=result.journal_ref,
        doi=result.doi,
    )


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M")
