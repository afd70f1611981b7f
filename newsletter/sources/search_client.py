"""The ``arxiv`` package's client, on our session.

By itself it has no time-out, takes ``Rate exceeded.`` for no result, reads cut-off documents as
far as they go, stops at the first date it cannot read, and keeps the totals to itself.
"""

from datetime import datetime
from typing import Any

import arxiv
import requests
from lxml import etree

from newsletter.errors import MalformedAnnouncementError, SourceUnavailableError
from newsletter.model import SetAside
from newsletter.sources.http import ArxivHttp
from newsletter.sources.xml import parse_feed_xml

PAGE_ENTRIES = 500
_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ERROR_ID = "/api/errors"
_SET_ASIDE = "set aside"
_NO_DATE = "1970-01-01T00:00:00Z"


class SearchClient(arxiv.Client):  # type: ignore[misc]  # the package has no types
    """Ask the search API once for each page; gate, time-outs and retries are the session's.

    Attributes:
        total: how many results the last search has in all; None before the first page.
        set_aside: entries of the last search that the package could not have read.
    """

    def __init__(self, http: ArxivHttp, *, search_url: str) -> None:
        super().__init__(page_size=PAGE_ENTRIES, delay_seconds=0, num_retries=0)
        self.query_url_format = search_url.replace("{", "%7B").replace("}", "%7D") + "?{}"
        self._session = http.session
        self._forget()

    def find(self, search: arxiv.Search) -> list[arxiv.Result]:
        """Return all results of a search, at most its ``max_results``.

        Raises:
            SourceError: nobody answered, or the answer is an error or no search result.
        """
        self._forget()
        try:
            results = [found for found in self.results(search) if found.entry_id != _SET_ASIDE]
        except arxiv.HTTPError as error:
            raise MalformedAnnouncementError(
                f"the search answers with HTTP {error.status}"
            ) from error
        except arxiv.UnexpectedEmptyPageError as error:
            raise SourceUnavailableError("the search gave an empty page before its end") from error
        if self.total and not results and not self.set_aside:
            raise SourceUnavailableError(f"the search has {self.total} results but gave none")
        return results

    def _forget(self) -> None:
        self.total: int | None = None
        self.set_aside: list[SetAside] = []

    def _parse_feed(self, url: str, first_page: bool = True, _try_index: int = 0) -> Any:  # noqa: ANN401, FBT001  # overrides the package's
        """Check each page before the package reads it."""
        hooks = self._session.hooks["response"]
        hooks.append(self._check)
        try:
            return super()._parse_feed(url, first_page, _try_index)
        finally:
            hooks.remove(self._check)

    def _check(self, response: requests.Response, **_: object) -> None:
        if response.is_redirect:
            return
        root = parse_feed_xml(response.content, what="the search's answer")
        entries = root.findall(f"{_ATOM}entry")
        _raise_for_error_entry(entries)
        total = root.findtext(_TOTAL, default="").strip()
        if response.ok and not total.isdecimal():
            raise MalformedAnnouncementError("the search's answer does not say how many it found")
        self.total = int(total) if total.isdecimal() else None
        bad = [entry for entry in entries if not _is_readable(entry)]
        for entry in bad:
            name = entry.findtext(f"{_ATOM}id", default="").strip()[:100] or "an entry without id"
            self.set_aside.append(SetAside(entry=name, why="its id or its dates cannot be read"))
            _make_readable(entry)
        if bad:
            response._content = etree.tostring(root)  # noqa: SLF001  # the package reads this


def _raise_for_error_entry(entries: list[etree._Element]) -> None:
    for entry in entries:
        if _ERROR_ID in entry.findtext(f"{_ATOM}id", default=""):
            reason = entry.findtext(f"{_ATOM}summary", default="no reason given").strip()
            raise MalformedAnnouncementError(f"the search answers with an error: {reason[:200]}")


def _is_readable(entry: etree._Element) -> bool:
    if not entry.findtext(f"{_ATOM}id", default="").strip():
        return False
    try:
        for name in ("published", "updated"):
            datetime.fromisoformat(entry.findtext(f"{_ATOM}{name}", default="").strip())
    except ValueError:
        return False
    return True


def _make_readable(entry: etree._Element) -> None:
    """Give an entry an id to know it by, and dates: the package counts entries to turn pages."""
    for name, text in (("id", _SET_ASIDE), ("published", _NO_DATE), ("updated", _NO_DATE)):
        for element in entry.findall(f"{_ATOM}{name}"):
            entry.remove(element)
        etree.SubElement(entry, f"{_ATOM}{name}").text = text
