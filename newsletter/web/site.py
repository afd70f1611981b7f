"""What every page needs, put together once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newsletter.bootstrap import App
from newsletter.model import Paper, Summary
from newsletter.people.office import Office
from newsletter.ports import Store
from newsletter.web.templates import Pages

ANSWER_TAKES_S: Final = 0.25
"""How long every answer to a sign-up takes at least: longer than any of the ways it goes."""


def _nobody_to_wake() -> None:
    """Leave queued mails to whoever sends them later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The parts that routes are made of.

    Attributes:
        app: the program: settings, clock, house, job.
        store: open for as long as the site is served; may be used from several threads.
        pages: renders the templates of ``templates/web``.
        office: what readers can do.
        summaries: finds the summaries of papers in a language (BCP 47), by paper id.
        wake_post: says that a mail was queued.
        answer_takes_s: how long an answer takes at least that must not tell who is a reader.
    """

    app: App
    store: Store
    pages: Pages
    office: Office
    summaries: Callable[[Sequence[Paper], str], Mapping[str, Summary]]
    wake_post: Callable[[], None] = _nobody_to_wake
    answer_takes_s: float = ANSWER_TAKES_S
