"""Sending over SMTP: our whole path against Postfix's own ``smtp-source``, into ``smtp-sink``."""

import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.send_world import send, world
from newsletter.mailers.smtp import SmtpMailer
from newsletter.model import Paper

HOST = "127.0.0.1"
PATIENCE_S = 10
MISSING = "smtp-sink and smtp-source are not here: install Debian's package postfix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Postfix's two programs; ``folder`` is where a package was unpacked, not installed."""

    sink: str
    source: str
    environ: dict[str, str]


def find_tools(folder: Path | None) -> Tools | None:
    """Find the programs on the path or in an unpacked package; None when they are not there."""
    places = [str(folder / "usr/sbin")] if folder else [os.environ["PATH"], "/usr/sbin"]
    path = os.pathsep.join(places)
    sink, source = shutil.which("smtp-sink", path=path), shutil.which("smtp-source", path=path)
    if sink is None or source is None:
        return None
    libraries = {"LD_LIBRARY_PATH": str(folder / "usr/lib/postfix")} if folder else {}
    return Tools(sink=sink, source=source, environ=dict(os.environ) | libraries)


def compared(
    papers: Sequence[Paper], tools: Tools, *, mails: int, rounds: int, workers: int
) -> dict[str, Any]:
    """Send as many mails by ``smtp-source`` and whole, in turn; return the medians."""
    source, kept_open, whole = [], [], []
    with _sink(tools) as port:
        for _ in range(rounds):
            with (
                tempfile.TemporaryDirectory() as folder,
                world(Path(folder), papers, mails=mails) as made,
            ):
                size = round(statistics.mean(len(each.raw) for each in made.bodies(mails)))
                ours = ["-m", str(mails), "-s", str(workers), "-l", str(size)]
                source.append(_source_per_s(tools, port, ours, mails=mails))
                kept_open.append(_source_per_s(tools, port, ["-d", *ours], mails=mails))
                mailer = SmtpMailer(HOST, port, tls="none")
                whole.append(send(made, mailer, workers=workers))
                mailer.close()
    return {
        "mails": mails,
        "rounds": rounds,
        "workers": workers,
        "raw_bytes": size,
        "smtp_source_per_s": round(statistics.median(source)),
        "smtp_source_kept_open_per_s": round(statistics.median(kept_open)),
        "whole_path_per_s": round(statistics.median(whole)),
        "share": round(statistics.median(whole) / statistics.median(source), 3),
    }


def _source_per_s(tools: Tools, port: int, words: Sequence[str], *, mails: int) -> float:
    addresses = ["-f", "digest@papers.example.org", "-t", "reader@example.org"]
    command = [tools.source, *words, *addresses, f"{HOST}:{port}"]
    began = time.perf_counter()
    subprocess.run(command, check=True, env=tools.environ)
    return mails / (time.perf_counter() - began)


@contextmanager
def _sink(tools: Tools) -> Iterator[int]:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    user = ["-u", "root"] if os.geteuid() == 0 else []
    command = [tools.sink, *user, f"{HOST}:{port}", "256"]
    with subprocess.Popen(command, env=tools.environ) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
