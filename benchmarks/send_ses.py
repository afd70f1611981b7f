"""Sending through SES: our whole path against a bare loop of the SDK, and the rate it keeps."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.send_world import ROOT, World, send, world
from newsletter.delivery.rate import MAX_WORKERS, SHARE_OF_LIMIT
from newsletter.mailers.ses import SesMailer, SesOptions
from newsletter.model import Envelope, Paper
from newsletter.stores.sqlite.pace import SqlitePace

REGION = "eu-west-1"
NO_LIMIT_PER_S = 100_000
LATENCY_MS = 30


def compared(papers: Sequence[Paper], *, mails: int, rounds: int, workers: int) -> dict[str, Any]:
    """Send as many mails bare and whole, in turn, without latency; return the medians."""
    bare, whole, shares = [], [], []
    bare_cpu, whole_cpu = [], []
    with fake_ses("--rate", str(NO_LIMIT_PER_S)) as url:
        for _ in range(rounds):
            with (
                tempfile.TemporaryDirectory() as folder,
                world(Path(folder), papers, mails=mails) as made,
            ):
                bodies = made.bodies(mails)
                began = time.process_time()
                bare.append(_bare_per_s(bodies, url, workers=workers))
                bare_cpu.append((time.process_time() - began) / mails * 1e3)
                began = time.process_time()
                whole.append(_whole_per_s(made, url, workers=workers))
                whole_cpu.append((time.process_time() - began) / mails * 1e3)
                shares.append(whole[-1] / bare[-1])
    return {
        "mails": mails,
        "rounds": rounds,
        "workers": workers,
        "raw_bytes": round(statistics.mean(len(each.raw) for each in bodies)),
        "bare_boto3_per_s": round(statistics.median(bare)),
        "whole_path_per_s": round(statistics.median(whole)),
        "share": round(statistics.median(shares), 3),
        "bare_cpu_ms_per_mail": round(statistics.median(bare_cpu), 2),
        "whole_cpu_ms_per_mail": round(statistics.median(whole_cpu), 2),
    }


def paced(papers: Sequence[Paper], *, per_second: float, seconds: float) -> dict[str, Any]:
    """Send at a rate, against a provider that takes its time and refuses what is too fast."""
    mails = int(per_second * seconds)
    limit = per_second / SHARE_OF_LIMIT
    with (
        fake_ses("--rate", str(limit), "--latency-ms", str(LATENCY_MS)) as url,
        tempfile.TemporaryDirectory() as folder,
        world(Path(folder), papers, mails=mails) as made,
    ):
        made.bodies(100)
        reached = _whole_per_s(made, url, workers=4)
        stats = _asked(url, "stats")
    return {
        "configured_per_s": round(per_second, 1),
        "provider_limit_per_s": round(limit, 1),
        "reached_per_s": round(reached, 1),
        "share": round(reached / per_second, 3),
        "mails": mails,
        "accepted": stats["accepted"],
        "most_posted_in_one_second": stats["most_posted_in_one_second"],
    }


@contextmanager
def fake_ses(*words: str) -> Iterator[str]:
    """Run a fake SES as its own process; give its address."""
    command = [sys.executable, "-m", "tests.servers.fake_ses", "--drop-raw", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def _bare_per_s(bodies: Sequence[Envelope], url: str, *, workers: int) -> float:
    settings = Config(max_pool_connections=workers, retries={"total_max_attempts": 1})
    client = boto3.session.Session(region_name=REGION).client(
        "sesv2", endpoint_url=url, config=settings
    )

    def post(body: Envelope) -> None:
        client.send_email(
            FromEmailAddress=body.sender,
            Destination={"ToAddresses": [body.recipient]},
            Content={"Raw": {"Data": body.raw}},
            EmailTags=[{"Name": "delivery_id", "Value": body.delivery_id}],
            ConfigurationSetName="newsletter",
        )

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(post, bodies[: 5 * workers]))
        began = time.perf_counter()
        list(pool.map(post, bodies))
        return len(bodies) / (time.perf_counter() - began)


def _whole_per_s(made: World, url: str, *, workers: int) -> float:
    options = SesOptions(
        configuration_set="newsletter", region=REGION, endpoint_url=url, workers=MAX_WORKERS
    )
    pace, mailer = SqlitePace(made.store.path.parent / "pace.db"), SesMailer(options)
    try:
        return send(made, mailer, workers=workers, pace=pace)
    finally:
        mailer.close()
        pace.close()


def _asked(url: str, what: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/fake/{what}", timeout=10) as reply:  # noqa: S310 - ours
        answer: dict[str, Any] = json.load(reply)
    return answer
