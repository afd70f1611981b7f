"""Forms as they come in: bounded, each field once, nothing believed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MAX_FIELDS: Final = 400
MAX_FIELD_BYTES: Final = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form, in its order."""

    fields: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """Return the first field of this name, empty when there is none."""
        return next((value for each, value in self.fields if each == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return all fields of this name."""
        return tuple(value for each, value in self.fields if each == name)


async def read_form(request: Request) -> Form:
    """Read a form in either of both encodings; an empty body is an empty form.

    Raises:
        HTTPException: 400 it cannot be read; 415 it is no form; 413 is raised by the server.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(request)
    body = await request.body()
    if not body:
        return Form()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise HTTPException(400) from error
    return Form(fields=tuple(pairs))


async def _multipart(request: Request) -> Form:
    async with request.form(
        max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
    ) as data:
        pairs = [(name, value) for name, value in data.multi_items() if isinstance(value, str)]
    return Form(fields=tuple(pairs))


def with_form(
    answer: Callable[[Request, Form], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the form, and answers in a thread where it may wait."""

    async def endpoint(request: Request) -> Response:
        form = await read_form(request)
        return await run_in_threadpool(answer, request, form)

    return endpoint
