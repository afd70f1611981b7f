"""Whether the service does what it should: for monitors, and for whoever looks at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.errors import StoreError
from newsletter.model import BatchState
from newsletter.web.site import Site

PATIENCE: Final = timedelta(hours=12)
"""How long after an announcement it may be missing before somebody should look."""

LOOK_BACK: Final = timedelta(days=14)

_WHOLE: Final = (BatchState.FRESH, BatchState.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """GET answers 200 when all is well, 503 when it is not."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route of monitors."""
        return (Route("/health", self.show, methods=["GET"]),)

    def show(self, _: Request) -> Response:
        """Say what is known; no address, no number of readers."""
        try:
            facts = self._facts()
        except StoreError:
            facts = {"status": "failed", "database": "failed"}
        status = 200 if facts["status"] in ("ok", "empty") else 503
        return JSONResponse(facts, status_code=status, headers={"Cache-Control": "no-store"})

    def _facts(self) -> Mapping[str, object]:
        now = self.site.app.clock()
        store = self.site.store
        store.check()
        batches = store.papers.batches_between(now.date() - LOOK_BACK, now.date() + PATIENCE)
        whole = [batch.announced_on for batch in batches if batch.state in _WHOLE]
        last_issue = store.ledger.latest_issue()
        expected = self._expected_on(now)
        is_empty = not batches and last_issue is None
        is_stalled = not is_empty and (not whole or max(whole) < expected)
        return {
            "status": "empty" if is_empty else "stalled" if is_stalled else "ok",
            "database": "ok",
            "last_batch": max(whole).isoformat() if whole else None,
            "expected_batch": expected.isoformat(),
            "last_issue": last_issue.id if last_issue else None,
        }

    def _expected_on(self, now: datetime) -> date:
        """Return the newest day whose announcement must have been read by now."""
        return self.site.app.calendar.current_day(now - PATIENCE)
