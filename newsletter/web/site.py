"""What every page needs, put together once."""

from dataclasses import dataclass

from newsletter.bootstrap import App
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web.templates import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The parts that routes are made of.

    Attributes:
        app: the program: settings, clock, house, job.
        store: open for as long as the site is served; may be used from several threads.
        pages: renders the templates of ``templates/web``.
    """

    app: App
    store: SqliteStore
    pages: Pages
