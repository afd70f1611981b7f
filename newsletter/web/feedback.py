"""More like this, less like this: a page with a button, and a way back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.model import Paper
from newsletter.web.site import Site
from newsletter.web.tokens import reader_of
from subscribers.feedback import Vote
from subscribers.model import Subscriber
from subscribers.tokens import Purpose

_VOTES: Final = {"more": Vote.MORE, "less": Vote.LESS}
_PAPER_ID: Final = re.compile(r"\d{4}\.\d{4,5}|[a-z-]{2,20}/\d{7}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackPage:
    """GET shows buttons, POST votes, takes a vote back, or changes it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of voting: ``more``, ``less``, ``rate`` (ask which), ``undo``."""
        return (
            Route("/f/{token}/{vote}/{paper:path}", self.show, methods=["GET"]),
            Route("/f/{token}/{vote}/{paper:path}", self.vote, methods=["POST"]),
        )

    def show(self, request: Request) -> Response:
        """Ask; nothing is counted yet."""
        reader, paper = self._of(request)
        return self._page(request, reader, paper, stage="ask")

    def vote(self, request: Request) -> Response:
        """Count the vote, or take it back."""
        reader, paper = self._of(request)
        word = request.path_params["vote"]
        if word == "undo":
            self.site.office.voting.take_back(reader.id, paper.id)
        elif word in _VOTES:
            self.site.office.voting.vote(reader.id, paper.id, _VOTES[word])
        else:
            raise HTTPException(404)
        return self._page(request, reader, paper, stage="done")

    def _of(self, request: Request) -> tuple[Subscriber, Paper]:
        reader = reader_of(self.site, request, Purpose.FEEDBACK)
        paper_id = request.path_params["paper"]
        if request.path_params["vote"] not in {*_VOTES, "undo", "rate"}:
            raise HTTPException(404)
        paper = self.site.office.voting.paper(paper_id) if _PAPER_ID.fullmatch(paper_id) else None
        if paper is None:
            raise HTTPException(404)
        return reader, paper

    def _page(self, request: Request, reader: Subscriber, paper: Paper, *, stage: str) -> Response:
        return self.site.pages.page(
            request,
            "feedback.html.j2",
            language=reader.language,
            stage=stage,
            word=request.path_params["vote"],
            base=f"/f/{request.path_params['token']}",
            paper=paper,
        )
