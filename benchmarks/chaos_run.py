"""One run of ``chaos``: senders are started and killed until everything is sent."""

import json
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos_events import write_events
from benchmarks.chaos_faults import Weather
from benchmarks.chaos_judge import Verdict, judge
from benchmarks.chaos_kills import Kill, draw_kill, kill_at
from newsletter.delivery.failpoints import Moment
from newsletter.model import DeliveryState
from newsletter.stores.sqlite.store import SqliteStore
from subscribers.lifecycle import unsubscribe
from subscribers.model import SubscriberState
from tests.e2e.commands import run
from tests.e2e.program import Program
from tests.e2e.ready import ISSUE, SEND, copied_program, settings_for
from tests.factories import make_subscriber
from tests.servers.fake_ses import FakeSes

MAX_STARTS: Final = 40
MAX_KILLS: Final = 4
MAX_CRASHES: Final = 3
RATE: Final = 1_000.0
"""Above what two senders reach here: nobody waits, but where a refusal slows them down."""
SENDER_S: Final = 120
RESUME: Final = ("resume", ISSUE, "--yes", "--json")
UNFINISHED: Final = (DeliveryState.PLANNED, DeliveryState.SENDING, DeliveryState.PARKED)
EXPECTED_CODES: Final = (0, 3, 69, -signal.SIGKILL)
TWO_AT_ONCE: Final = 0.2
"""How often two senders are started at the same time."""
QUOTA_USED_UP: Final = 0.2
"""How often the quota of the day is used up in the middle."""
SETTINGS: Final = {
    "NEWSLETTER_DELIVERY__CANARY_WAIT_S": "0",  # events come at the end of a run
    "NEWSLETTER_LOG__LEVEL": "error",
}
PARKING: Final = (
    Moment.BEFORE_PARK,
    Moment.AFTER_PARK,
    Moment.BEFORE_RELEASE,
    Moment.AFTER_RELEASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a run came to.

    Attributes:
        starts: how many senders were started, ``kills`` of them killed.
        crashes: exit codes that nobody expects, and what was said then.
        adds_up: whether the program says so of its own accounts.
    """

    seed: int
    starts: int
    kills: int
    crashes: tuple[str, ...]
    adds_up: bool
    verdict: Verdict


@dataclass(slots=True, kw_only=True)
class Chaos:
    """A run in progress."""

    program: Program
    weather: Weather
    dice: random.Random
    readers: int
    starts: int = 0
    kills: int = 0
    crashes: list[str] = field(default_factory=list)

    def send_until_done(self, first: Moment) -> None:
        """Start senders until nothing is left; kill up to ``MAX_KILLS`` of them."""
        if first in PARKING or self.dice.random() < QUOTA_USED_UP:
            self.weather.use_up_quota_at(self.dice.randint(1, max(1, self.readers // 4)))
        wanted = self.dice.randint(1, MAX_KILLS)
        kill: Kill | None = kill_at(first, self.dice, mails=self.readers)
        while self.starts < MAX_STARTS and len(self.crashes) < MAX_CRASHES:
            self.start(kill)
            with self.program.open_store() as store:
                left = self._look_after(store)
            if not left:
                return
            kill = draw_kill(self.dice, mails=left) if self.kills < wanted else None

    def start(self, kill: Kill | None = None) -> None:
        """Start one sender, or sometimes two at once, and see them end; kill at most one."""
        kill = kill or Kill()
        words = RESUME if self._is_parked() else SEND
        may_be_two = self.starts > 0 and self.dice.random() < TWO_AT_ONCE
        others = [self.program.start(*SEND)] if may_be_two else []
        first = self.program.start(*words, **kill.environ)
        with kill.aimed(first, self.weather):
            for process in (first, *others):
                self._end(process)

    def _end(self, process: subprocess.Popen[str]) -> None:
        with process:
            _, said = process.communicate(timeout=SENDER_S)
        self.starts += 1
        self.kills += process.returncode == -signal.SIGKILL
        if process.returncode not in EXPECTED_CODES:
            self.crashes.append(f"{process.returncode}: {said[-2_000:]}")

    def _is_parked(self) -> bool:
        with self.program.open_store() as store:
            return DeliveryState.PARKED in store.ledger.count_by_state(ISSUE)

    def _look_after(self, store: SqliteStore) -> int:
        """Let time pass and a reader leave; return how many mails are left."""
        if store.ledger.issue(ISSUE) is None:
            return self.readers
        store.ledger.expire_leases(datetime.now(UTC) + timedelta(hours=1))
        leaving = store.subscribers.get(make_subscriber(self.dice.randint(1, self.readers)).id)
        if leaving is not None and leaving.state is SubscriberState.ACTIVE:
            store.subscribers.save(unsubscribe(leaving))
        counts = store.ledger.count_by_state(ISSUE)
        return sum(counts.get(state, 0) for state in UNFINISHED)


def run_once(seed: int, *, prepared: Path, folder: Path, planned: Sequence[str]) -> Story:
    """Run once; the same seed draws the same lots, though processes race as they will."""
    dice = random.Random(seed)
    with FakeSes(keep_raw=False) as ses:
        ses.account.max_per_second = RATE
        weather = Weather(random.Random(dice.random()))
        ses.decide = weather.decide
        program = copied_program(prepared, folder, ses.url, **SETTINGS)
        chaos = Chaos(program=program, weather=weather, dice=dice, readers=len(planned))
        moments = list(Moment)
        chaos.send_until_done(moments[seed % len(moments)])
        return _story(chaos, ses, planned, seed=seed)


def _story(chaos: Chaos, ses: FakeSes, planned: Sequence[str], *, seed: int) -> Story:
    unknown = _ids_in(chaos.program, DeliveryState.UNKNOWN)
    events = chaos.program.folder / "events.jsonl"
    reported = write_events(events, ses.outbox, chaos.dice)
    command = partial(run, **settings_for(chaos.program.folder, ses.url), **SETTINGS)
    applied = command("events", "apply", str(events), "--json")
    chaos.start()
    status = command("status", ISSUE, "--json")
    with chaos.program.open_store() as store:
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
        crashes=(*chaos.crashes, *([applied.err] if applied.code else [])),
        adds_up=status.code == 0 and _says_so(json.loads(status.out), verdict),
        verdict=verdict,
    )


def _ids_in(program: Program, state: DeliveryState) -> frozenset[str]:
    with program.open_store() as store:
        return frozenset(row.id for row in store.ledger.deliveries(ISSUE, state=state))


def _says_so(facts: Mapping[str, Any], verdict: Verdict) -> bool:
    (issue,) = facts["issues"]
    return bool(facts["adds_up"]) and issue["ended"] == verdict.states
