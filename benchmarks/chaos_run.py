"""One run of ``chaos``: senders are started and killed until everything is sent."""

import json
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.chaos_events import write_events
from benchmarks.chaos_faults import Weather
from benchmarks.chaos_judge import Verdict, judge
from benchmarks.chaos_kills import Kill, draw_kill, kill_at
from benchmarks.chaos_world import DAY, ISSUE, World, copied
from newsletter.delivery.failpoints import Moment
from newsletter.model import DeliveryState
from newsletter.stores.sqlite.store import SqliteStore
from subscribers.lifecycle import unsubscribe
from subscribers.model import SubscriberState
from tests.factories import make_subscriber
from tests.servers.fake_ses import FakeSes

MAX_STARTS: Final = 40
MAX_KILLS: Final = 4
SENDER_S: Final = 120
SEND: Final = ("send", "--on", str(DAY), "--yes", "--json")
UNFINISHED: Final = (DeliveryState.PLANNED, DeliveryState.SENDING, DeliveryState.PARKED)
EXPECTED_CODES: Final = (0, 3, 69, -signal.SIGKILL)
TWO_AT_ONCE: Final = 0.2
"""How often two senders are started at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a run came to.

    Attributes:
        starts: how many senders were started, ``kills`` of them killed.
        crashes: exit codes that nobody expects.
        adds_up: whether the program says so of its own accounts.
    """

    seed: int
    starts: int
    kills: int
    crashes: tuple[int, ...]
    adds_up: bool
    verdict: Verdict


@dataclass(slots=True, kw_only=True)
class Chaos:
    """A run in progress."""

    world: World
    weather: Weather
    dice: random.Random
    readers: int
    starts: int = 0
    kills: int = 0
    crashes: list[int] = field(default_factory=list)

    def send_until_done(self, first: Moment) -> None:
        """Start senders until nothing is left; kill up to ``MAX_KILLS`` of them."""
        wanted = self.dice.randint(1, MAX_KILLS)
        kill: Kill | None = kill_at(first, self.dice, mails=self.readers)
        while self.starts < MAX_STARTS:
            self.start(kill)
            with self.world.open_store() as store:
                left = self._look_after(store)
            if not left:
                return
            kill = draw_kill(self.dice, mails=left) if self.kills < wanted else None

    def start(self, kill: Kill | None = None) -> None:
        """Start one sender, or sometimes two at once, and see them end; kill at most one."""
        kill = kill or Kill()
        others = [self.world.start(*SEND)] if self.dice.random() < TWO_AT_ONCE else []
        first = self.world.start(*SEND, **kill.environ)
        with kill.aimed(first, self.weather):
            for process in (first, *others):
                self._end(process)

    def run(self, *words: str) -> tuple[int, bytes]:
        """Run another command to its end; return its exit code and output."""
        with self.world.start(*words) as process:
            out, _ = process.communicate(timeout=SENDER_S)
        return process.returncode, out

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with process:
            process.communicate(timeout=SENDER_S)
        self.starts += 1
        self.kills += process.returncode == -signal.SIGKILL
        if process.returncode not in EXPECTED_CODES:
            self.crashes.append(process.returncode)

    def _look_after(self, store: SqliteStore) -> int:
        """Let time pass and a reader leave; return how many mails are left."""
        if store.ledger.issue(ISSUE) is None:
            return self.readers
        store.ledger.expire_leases(datetime.now(UTC) + timedelta(hours=1))
        store.ledger.release(ISSUE)
        leaving = store.subscribers.get(make_subscriber(self.dice.randint(1, self.readers)).id)
        if leaving is not None and leaving.state is SubscriberState.ACTIVE:
            store.subscribers.save(unsubscribe(leaving))
        counts = store.ledger.count_by_state(ISSUE)
        return sum(counts.get(state, 0) for state in UNFINISHED)


def run_once(seed: int, *, prepared: Path, folder: Path, planned: Sequence[str]) -> Story:
    """Run once; the same seed draws the same lots, though processes race as they will."""
    dice = random.Random(seed)
    with FakeSes(keep_raw=False) as ses:
        ses.account.max_per_second = 10_000.0
        weather = Weather(random.Random(dice.random()))
        ses.decide = weather.decide
        world = copied(prepared, folder, ses.url)
        chaos = Chaos(world=world, weather=weather, dice=dice, readers=len(planned))
        moments = list(Moment)
        chaos.send_until_done(moments[seed % len(moments)])
        return _story(chaos, ses, planned, seed=seed)


def _story(chaos: Chaos, ses: FakeSes, planned: Sequence[str], *, seed: int) -> Story:
    unknown = _ids_in(chaos.world, DeliveryState.UNKNOWN)
    events = chaos.world.folder / "events.jsonl"
    reported = write_events(events, ses.outbox, chaos.dice)
    applied, _ = chaos.run("events", "apply", str(events), "--json")
    chaos.start()
    code, told = chaos.run("status", ISSUE, "--json")
    with chaos.world.open_store() as store:
        verdict = judge(
            planned,
            store.ledger.deliveries(ISSUE),
            accepted=Counter(mail.delivery_id for mail in ses.outbox),
            unknown_before=unknown,
            reported=reported,
        )
    return Story(
        seed=seed,
        starts=chaos.starts,
        kills=chaos.kills,
        crashes=(*chaos.crashes, *([applied] if applied else [])),
        adds_up=code == 0 and _says_so(told, verdict),
        verdict=verdict,
    )


def _ids_in(world: World, state: DeliveryState) -> frozenset[str]:
    with world.open_store() as store:
        return frozenset(row.id for row in store.ledger.deliveries(ISSUE, state=state))


def _says_so(told: bytes, verdict: Verdict) -> bool:
    facts = json.loads(told)
    return bool(facts["adds_up"]) and facts["ended"] == verdict.states
