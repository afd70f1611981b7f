"""Run commands in this process: as ``main`` does, with streams of their own."""

import io
import sys
from dataclasses import dataclass
from unittest import mock

import structlog

from newsletter.cli.main import run_command


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def run(*words: str, stdin: str = "", **environ: str) -> Ended:
    """Run ``newsletter WORDS`` with these variables over the environment's."""
    out, err = _stream(), _stream()
    with (
        mock.patch.multiple(sys, stdin=_stream(stdin), stdout=out, stderr=err),
        mock.patch.dict("os.environ", environ),
    ):
        code = run_command(words)
    structlog.reset_defaults()
    return Ended(code, _content(out), _content(err))


def _stream(content: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8")


def _content(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
