"""Bundles as ranking and composing want them: opened once, and read like a store."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from newsletter.fanout.bundle import (
    Bundle,
    decode_bundle,
    decode_history,
    encode_bundle,
    encode_history,
)
from newsletter.model import Batch, Paper, Summary
from newsletter.ports import BundleStore, PaperCatalogue

MOST_OPEN: Final = 3


class BundleShelf:
    """Write bundles, and open them; the last few stay open."""

    def __init__(self, files: BundleStore, papers: PaperCatalogue) -> None:
        self._files = files
        self._papers = papers
        self._open: OrderedDict[str, BundleCatalogue] = OrderedDict()

    def put(self, bundle: Bundle) -> str:
        """Write a bundle and return its name."""
        name, content = encode_bundle(bundle)
        self._files.put(name, content)
        return name

    def put_history(self, issue_id: str, papers: Sequence[Paper]) -> str:
        """Write the papers before an issue and return the file's name."""
        name, content = encode_history(issue_id, papers)
        self._files.put(name, content)
        return name

    def open(self, name: str) -> "BundleCatalogue":
        """Return what a bundle has; raise ``BundleError`` when it is missing or damaged."""
        if name in self._open:
            self._open.move_to_end(name)
            return self._open[name]
        bundle = decode_bundle(name, self._files.get(name))
        opened = BundleCatalogue(bundle=bundle, files=self._files, others=self._papers)
        self._open[name] = opened
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return opened


@dataclass(slots=True, kw_only=True, eq=False)
class BundleCatalogue:
    """``ports.PaperCatalogue`` over one bundle.

    Attributes:
        files: where the history is.
        others: knows papers of earlier issues, which some readers did not get then.
    """

    bundle: Bundle
    files: BundleStore
    others: PaperCatalogue

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        """Return the papers of the issue's days, ordered by id."""
        papers = self.bundle.papers
        return tuple(paper for paper in papers if first_on <= paper.issue_on <= last_on)

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        """Return the papers of these ids: the bundle's own, else the store's."""
        wanted = set(paper_ids)
        own = {paper.id: paper for paper in self.bundle.papers if paper.id in wanted}
        missing = wanted.difference(own)
        return {**own, **self.others.known_papers(sorted(missing))} if missing else own

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:  # noqa: ARG002 - its own
        """Yield the papers before the issue, newest first, with nothing but title and abstract."""
        if not self.bundle.history or not self.bundle.papers:
            return
        name = self.bundle.history
        model = replace(self.bundle.papers[0], announced_in=(), issue_on=date.min)
        for title, abstract in decode_history(name, self.files.get(name)).papers[:limit]:
            yield replace(model, title=title, abstract=abstract)

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        """Return the ledger's rows of the issue's last day."""
        batches = self.bundle.issue.batches
        return tuple(batch for batch in batches if first_on <= batch.announced_on <= last_on)

    def summaries(self, papers: Sequence[Paper], language: str) -> Mapping[str, Summary]:
        """Return the summaries of these papers in a language of the bundle, by paper id."""
        wanted = {(paper.id, paper.version) for paper in papers}
        found = self.bundle.summaries.get(language, ())
        return {
            each.paper_id: each for each in found if (each.paper_id, each.key.version) in wanted
        }
