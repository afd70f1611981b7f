"""Measure the people's side: a large import, and confirming and leaving among many readers.

Prints one JSON object. Confirming and leaving are posted to one process of ``newsletter serve``,
one after another over one connection: the figures hold the way over loopback too.
``python -m benchmarks.people [--rows N] [--readers N] [--requests N]``
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from ulid import ULID

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.web_load import serving
from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite.store import open_store
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState
from subscribers.tokens import Purpose, TokenSigner

ROOT = Path(__file__).resolve().parents[1]
BATCH = 1_000
FORM = "application/x-www-form-urlencoded"
ONE_CLICK = b"List-Unsubscribe=One-Click"
HEAD = "address,categories,keywords,language,timezone,frequency\n"
ROW = (
    "reader{0}@example{1}.org,cs.LG;cs.CL,"
    "KV cache:0.8;attention {2};diffusion:-0.5,en,Europe/Paris,daily\n"
)


def main() -> None:
    options = _options()
    figures = {
        "cores": os.cpu_count(),
        "load_average_before": round(os.getloadavg()[0], 1),
        "import": _measure_import(options.rows),
        "web": _measure_web(options.readers, options.requests),
        "load_average_after": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(figures, indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=1_000)
    return parser.parse_args()


def _measure_import(rows: int) -> dict[str, float]:
    """Import a file of new readers, and the same again, as an operator does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "readers.csv").open("w", encoding="ascii") as file:
            file.write(HEAD)
            file.writelines(ROW.format(n, n % 50, n % 100) for n in range(rows))
        first_s, first_mb = _import(folder)
        again_s, again_mb = _import(folder)
    return {
        "rows": rows,
        "new_s": round(first_s, 1),
        "again_s": round(again_s, 1),
        "peak_mb": max(first_mb, again_mb),
    }


def _import(folder: Path) -> tuple[float, int]:
    """Return the seconds it took and the most memory it had, in MB."""
    command = [sys.executable, "-m", "newsletter", "subscriber", "import", "readers.csv"]
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=_environ(folder), stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024


def _measure_web(readers: int, requests: int) -> dict[str, object]:
    """Fill a store; confirm some of its readers and let others go."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        waiting, reading = _fill(folder / "data", readers, requests)
        with serving(_environ(folder)) as server:
            host = urlsplit(server.url).netloc
            return {
                "readers": readers,
                "confirm": _post_each(host, [f"/c/{token}" for token in waiting], b""),
                "one_click": _post_each(host, [f"/u/{token}" for token in reading], ONE_CLICK),
                "peak_mb": server.peak_mb(),
            }


def _fill(data: Path, readers: int, requests: int) -> tuple[list[str], list[str]]:
    """Store readers; return tokens of some that wait for confirmation, and of some that read."""
    secrets = ensure_local_secrets(data)
    signer = TokenSigner(secrets.token_keys, clock=lambda: datetime.now(UTC))
    waiting, reading = [], []
    with open_store(data / "newsletter.db", address_key=secrets.address_key) as store:
        made = _readers(readers, apart=max(1, readers // (2 * requests)))
        while batch := list(islice(made, BATCH)):
            store.subscribers.add_all(batch)
            for number, reader in enumerate(batch):
                if reader.state is SubscriberState.PENDING:
                    waiting.append(signer.sign(Purpose.CONFIRM, reader.id))
                    leaving = batch[number - 1]
                    reading.append(signer.sign(Purpose.UNSUBSCRIBE, leaving.id))
    return waiting[-requests:], reading[-requests:]


def _readers(count: int, *, apart: int) -> Iterator[Subscriber]:
    """Make readers; one of each ``apart`` has not confirmed yet."""
    interests = Interests(keywords=(Keyword(phrase="sparse attention"),))
    now = datetime.now(UTC)
    for number in range(count):
        is_waiting = number % apart == apart - 1
        yield Subscriber(
            id=str(ULID()),
            address=f"reader{number}@example.org",
            state=SubscriberState.PENDING if is_waiting else SubscriberState.ACTIVE,
            interests=interests,
            created_at=now,
            confirmed_at=None if is_waiting else now,
        )


def _post_each(host: str, paths: Sequence[str], body: bytes) -> dict[str, float]:
    """Post to each path; return how long the answers took, in milliseconds."""
    connection = http.client.HTTPConnection(host, timeout=30)
    times = []
    for path in paths:
        started = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": FORM})
        answer = connection.getresponse()
        answer.read()
        times.append(1000 * (time.perf_counter() - started))
        if answer.status != 200:
            raise RuntimeError(f"POST {path[:3]}… was answered with {answer.status}")
    return {
        "requests": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
    }


def _environ(folder: Path) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
        "NEWSLETTER_MAILER__DIR": str(folder / "mail"),
    }


if __name__ == "__main__":
    main()
