"""Logging to standard error: events are ``noun.verb_past``, facts are keys with units.

Never an address, a token or a body. What looks like one is masked all the same, as the last
line of defence. structlog, which brings rich along, is imported when there is something to log.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "console"]

MASKED_ADDRESS = "[address]"
MASKED_TOKEN = "[token]"  # noqa: S105 - the mask, not a token

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:\[\]]{1,64}(?:@|%40)[^\s@<>\"'(),;:\[\]]{1,253}")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{40,}(?![\w-])")
_MAX_DEPTH = 5


def configure(
    level: Level = "info",
    format: Format = "auto",  # noqa: A002 - the setting's own name
    stream: TextIO | None = None,
) -> None:
    """Send all events of this level and above to ``stream``, standard error by default.

    ``auto`` writes for people on a terminal, and one JSON object per line elsewhere.
    """
    import structlog  # noqa: PLC0415 - see above

    out = stream or sys.stderr
    as_json = format == "json" or (format == "auto" and not out.isatty())
    structlog.configure(
        processors=[*_shared(), mask_personal, _renderer(out, as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(capture=False)


def get_logger(**facts: object) -> FilteringBoundLogger:
    """Return a logger that adds ``facts`` to each event."""
    import structlog  # noqa: PLC0415 - see above

    logger: FilteringBoundLogger = structlog.get_logger(**facts)
    return logger


def mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask whatever looks like an address or a token, in keys' values at any depth."""
    return {key: _masked(value, _MAX_DEPTH) for key, value in event.items()}


def _masked(value: object, depth: int) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return _masked_text(value)
        case Mapping() if depth:
            return {_masked_text(str(k)): _masked(v, depth - 1) for k, v in value.items()}
        case Sequence() | set() | frozenset() if depth and not isinstance(value, bytes | bytearray):
            return [_masked(each, depth - 1) for each in value]
    return _masked_text(str(value))


def _masked_text(text: str) -> str:
    if "@" in text or "%40" in text:
        text = _ADDRESS.sub(MASKED_ADDRESS, text).replace("@", "(at)")
    return _TOKEN.sub(MASKED_TOKEN, text)


def _shared() -> list[Processor]:
    import structlog  # noqa: PLC0415 - see above

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # plain: locals could hold a secret
    ]


def _renderer(out: TextIO, *, as_json: bool) -> Processor:
    import structlog  # noqa: PLC0415 - see above

    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _number(level: Level) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
