"""Load on one process of ``newsletter serve``, by wrk."""

import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
START_S = 60

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)\b")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_SCRIPT = """
local paths, n = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
wrk.method = "POST"
wrk.body = "List-Unsubscribe=One-Click"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
  n = n %% #paths + 1
  return wrk.format(nil, paths[n])
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How long each round takes, and how many there are."""

    seconds: int
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    url: str
    pid: int

    def peak_mb(self) -> int:
        """Return the most memory it had at once."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) // 1024 if found else 0


@contextmanager
def serving(environ: Mapping[str, str]) -> Iterator[Server]:
    """Run the server until the block ends; its first page has been made."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "newsletter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield Server(url=url, pid=process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def load_pages(url: str, paths: Mapping[str, str], load: Load) -> dict[str, object]:
    """Ask for each page as often as the server can answer."""
    return {name: _rounds(f"{url}{path}", load) for name, path in paths.items()}


def load_posts(url: str, paths: Sequence[str], load: Load) -> dict[str, float]:
    """Post to one path after another; when all were posted to, again from the first."""
    with tempfile.TemporaryDirectory() as name:
        listed, script = Path(name) / "paths", Path(name) / "post.lua"
        listed.write_text("\n".join(paths), encoding="ascii")
        script.write_text(_SCRIPT % listed, encoding="ascii")
        return _rounds(url, Load(seconds=load.seconds, rounds=1), "--script", str(script))


def post_form(url: str, fields: Mapping[str, str]) -> bytes:
    """Send a form; return the answer's body."""
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(url, data=body, timeout=30) as answer:  # noqa: S310 - loopback
        return bytes(answer.read())


def _rounds(url: str, load: Load, *more: str) -> dict[str, float]:
    measured = [_measure(url, load.seconds, *more) for _ in range(load.rounds)]
    return {
        "requests_per_s": round(statistics.median(rate for rate, _, _ in measured)),
        "p99_ms": round(statistics.median(p99 for _, p99, _ in measured), 1),
        "least_p99_ms": round(min(p99 for _, p99, _ in measured), 1),
        "failed": sum(failed for _, _, failed in measured),
    }


def _measure(url: str, seconds: int, *more: str) -> tuple[float, float, int]:
    """Return requests per second, the 99th percentile in milliseconds, and failures."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-H", "Accept-Encoding: gzip", *more, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p99, failed = _RATE.search(said), _P99.search(said), _FAILED.search(said)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk said something else: {said}")
    return float(rate[1]), float(p99[1]) * _UNITS[p99[2]], int(failed[1]) if failed else 0


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=START_S).close()  # noqa: S310 - loopback
        except urllib.error.URLError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
