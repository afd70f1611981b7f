"""A mail to the simulator, and the wait for its event."""

from newsletter.doctor.finding import Finding
from newsletter.doctor.prove_events import SIMULATOR, Timer, make_proof, prove_events
from newsletter.mailers.envelope import check_envelope
from newsletter.model import Envelope, Receipt
from tests.factories import NOW


class Sent:
    """A mailer that keeps what it gets."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    def send(self, envelope: Envelope) -> Receipt:
        self.envelopes.append(envelope)
        return Receipt(provider_id="1", accepted_at=NOW)

    def close(self) -> None:
        """Do nothing."""


class Clock:
    """Time that passes while one sleeps, and while one looks."""

    def __init__(self, *, look_s: float = 0.0) -> None:
        self.now = 0.0
        self.looks: list[float] = []
        self._look_s = look_s

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def timer(self) -> Timer:
        return Timer(sleep=self.sleep, monotonic=lambda: self.now)

    def look(self, seen_at: float) -> bool:
        self.looks.append(self.now)
        self.now += self._look_s
        return self.now >= seen_at


def prove(clock: Clock, mailer: Sent, *, seen_at: float, wait_s: float = 10) -> list[Finding]:
    proof = make_proof("doctor-1", sender="digest@papers.real-name.io", at=NOW)

    def was_seen(delivery_id: str) -> bool:
        assert delivery_id == "doctor-1"
        return clock.look(seen_at)

    found = prove_events(mailer, proof, was_seen=was_seen, timer=clock.timer(), wait_s=wait_s)
    return list(found)


def test_an_event_that_comes_back() -> None:
    clock, mailer = Clock(), Sent()
    found = prove(clock, mailer, seen_at=5)
    assert [each.level.value for each in found] == ["ok", "ok"]
    assert found[1].text == "its event came back after 6 s"
    assert len(mailer.envelopes) == 1


def test_an_event_that_does_not_come_back() -> None:
    clock, mailer = Clock(), Sent()
    found = prove(clock, mailer, seen_at=11)
    assert [each.level.value for each in found] == ["ok", "problem"]
    assert (found[1].exit_code, clock.now) == (69, 10)
    assert clock.looks == [0, 3, 6, 9, 10]
    assert "--queue" in found[1].fix


def test_the_wait_is_bounded_where_looking_itself_takes_long() -> None:
    clock = Clock(look_s=4)
    assert prove(clock, Sent(), seen_at=1000)[-1].level == "problem"
    assert clock.looks == [0, 7]


def test_the_mail_is_one_that_any_provider_takes() -> None:
    proof = make_proof("doctor-1", sender="digest@papers.real-name.io", at=NOW)
    check_envelope(proof)
    assert proof.recipient == SIMULATOR
    assert b"Auto-Submitted: auto-generated\r\n" in proof.raw
    assert (proof.issue_id, proof.attempt) == ("doctor", 1)
