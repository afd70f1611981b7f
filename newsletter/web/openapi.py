"""The description of the routes, as it is kept beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

DESCRIPTION: Final = Path(__file__).with_name("openapi.yaml")


@dataclass(frozen=True, slots=True)
class OpenApiPage:
    """GET sends the file."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route of the description."""
        return (Route("/openapi.yaml", self.show, methods=["GET"]),)

    def show(self, _: Request) -> Response:
        """Send the description of all routes."""
        return Response(DESCRIPTION.read_bytes(), media_type="application/yaml")
