"""All routes that belong to readers: subscribe, confirm, tune, leave, vote."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from newsletter.web.site import Site


def routes(_site: Site) -> Sequence[BaseRoute]:
    """Return the routes of readers."""
    return ()
