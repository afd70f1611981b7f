"""Take one's data along, or have it deleted: by a link that was mailed within the hour."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.web.site import Site
from newsletter.web.tokens import evidence_of, reader_of
from subscribers.tokens import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDataPage:
    """GET shows a button, POST does it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of taking along and of deleting."""
        return (
            Route("/d/{token}", self.show_export, methods=["GET"]),
            Route("/d/{token}", self.export, methods=["POST"]),
            Route("/e/{token}", self.show_erase, methods=["GET"]),
            Route("/e/{token}", self.erase, methods=["POST"]),
        )

    def show_export(self, request: Request) -> Response:
        """Say what will be in the file."""
        reader = reader_of(self.site, request, Purpose.EXPORT)
        return self._page(request, language=reader.language, stage="export")

    def export(self, request: Request) -> Response:
        """Send the file; nothing is changed."""
        reader = reader_of(self.site, request, Purpose.EXPORT)
        document = self.site.office.rights.export(reader)
        return Response(
            json.dumps(document, ensure_ascii=False, indent=2) + "\n",
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="my-newsletter-data.json"'},
        )

    def show_erase(self, request: Request) -> Response:
        """Say what will be gone, and ask."""
        reader = reader_of(self.site, request, Purpose.ERASE)
        return self._page(request, language=reader.language, stage="erase")

    def erase(self, request: Request) -> Response:
        """Delete everything; there is no way back."""
        reader = reader_of(self.site, request, Purpose.ERASE)
        labels = self.site.pages.labels_for(request, reader.language)
        evidence = evidence_of(request, page="/e", wording=labels.text("erase_consent"))
        self.site.office.rights.erase(reader, evidence)
        return self._page(request, language=reader.language, stage="erased")

    def _page(self, request: Request, *, language: str, stage: str) -> Response:
        return self.site.pages.page(
            request,
            "my_data.html.j2",
            language=language,
            stage=stage,
            owner=self.site.app.settings.mail.reply_to,
        )
