"""Emulated AWS in a process of its own: moto over real HTTP on loopback.

What moto lacks and we need is added in ``moto_dynamodb``: transactions that other requests do
not see half done, and faults on demand.
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from newsletter.stores.dynamodb.client import Dynamo, Link, connect
from newsletter.stores.dynamodb.items import from_wire_item

ROOT = Path(__file__).resolve().parents[2]
REGION: Final = "eu-west-1"
ENVIRONMENT: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What a process needs to talk to it; set already in the tests that ask for ``moto_server``."""


@dataclass(frozen=True, slots=True)
class MotoServer:
    """A running server.

    Attributes:
        url: what ``endpoint_url`` is, for every service.
    """

    url: str

    def dynamo(self, *, tries: int = 4) -> Dynamo:
        """Return a client of its DynamoDB that waits for nothing."""
        made = connect(Link(region=REGION, endpoint_url=self.url, tries=tries))
        return Dynamo(made.sdk, tries=tries, sleep=lambda _seconds: None)

    def fail(self, operation: str, *faults: str) -> None:
        """Let the next calls of a DynamoDB operation fail, one for each fault.

        ``throttle``: refused as too many. ``lost``: done, and answered by an error 500, which the
        SDK repeats. ``replayed``: the same for a transaction, whose repetition DynamoDB knows by
        its token, for ten minutes. ``conflict``: a transaction meets another one.
        ``unprocessed``: of a batch, nothing is done. ``down``: error 500, nothing is done.
        ``ok``: nothing fails.
        """
        self._post({"operation": operation, "faults": faults})

    def counts(self) -> dict[str, int]:
        """Return how often each operation was asked for since the last ``forget``."""
        return {str(name): int(count) for name, count in self._post({"counts": True}).items()}

    def forget(self) -> None:
        """Forget counts, and faults that are left."""
        self._post({"forget": True})

    def _post(self, body: Mapping[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/-/script", data=json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer


def all_items(dynamo: Dynamo, table: str) -> list[dict[str, Any]]:
    """Return everything that is in a table; the product has no need of that."""
    pages = dynamo.sdk.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [from_wire_item(item) for page in pages for item in page["Items"]]


@contextmanager
def running_moto() -> Iterator[MotoServer]:
    """Start a server on a free port, and stop it at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.moto_process"],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port.isdigit(), "moto did not start: run python -m tests.servers.moto_process"
        yield MotoServer(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()
