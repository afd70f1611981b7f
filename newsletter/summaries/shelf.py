"""The summaries that are there, in the language closest to a reader's."""

from collections.abc import Mapping, Sequence

from newsletter.model import Paper, Summary
from newsletter.ports import SummaryStore
from newsletter.summaries.prompts import Prompt, choose_prompt


class SummaryShelf:
    """Find summaries for readers."""

    def __init__(self, store: SummaryStore, prompts: Mapping[str, Prompt]) -> None:
        self._store = store
        self._prompts = prompts

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages in which anybody gets summaries."""
        return tuple(sorted({prompt.language for prompt in self._prompts.values()}))

    def language(self, tag: str) -> str:
        """Return the language in which a reader of this one (BCP 47) gets summaries."""
        return choose_prompt(tag, self._prompts).language

    def __call__(self, papers: Sequence[Paper], language: str) -> Mapping[str, Summary]:
        """Return what is there about these versions of these papers, by paper id."""
        wanted = ((paper.id, paper.version) for paper in papers)
        return self._store.best(wanted, self.language(language))
