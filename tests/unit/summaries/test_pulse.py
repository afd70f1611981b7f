"""An endpoint that does not answer is not waited for beyond patience."""

from newsletter.errors import SummarizerStoppedError, SummarizerUnavailableError
from newsletter.summaries.pulse import Pulse
from tests.unit.summaries.clock import FakeTime


def test_silence_counts_from_the_first_question() -> None:
    time = FakeTime()
    pulse = Pulse(50.0, monotonic=time.monotonic)
    time.now += 500
    assert pulse.left_s() == 50.0
    pulse.begin()
    time.now += 20
    pulse.begin()
    assert pulse.left_s() == 30.0


def test_an_answer_begins_it_anew_and_giving_up_does_not() -> None:
    time = FakeTime()
    pulse = Pulse(50.0, monotonic=time.monotonic)
    pulse.begin()
    time.now += 40
    pulse.end()
    pulse.begin()
    assert pulse.left_s() == 10.0
    pulse.answered()
    pulse.end()
    time.now += 500
    assert pulse.left_s() == 50.0


def test_once_it_stopped_it_stays_so_with_the_first_reason() -> None:
    time = FakeTime()
    pulse = Pulse(50.0, monotonic=time.monotonic)
    pulse.begin()
    time.now += 51
    assert pulse.left_s() == 0.0
    pulse.answered()
    pulse.stop(SummarizerStoppedError("no key"))
    assert isinstance(pulse.stopped_by, SummarizerUnavailableError)
    assert "50 s" in str(pulse.stopped_by)


def test_two_papers_in_vain_stop_it_unless_something_answers_between() -> None:
    error = SummarizerUnavailableError("down")
    pulse = Pulse(50.0)
    pulse.failed(error)
    pulse.answered()
    pulse.failed(error)
    assert pulse.stopped_by is None
    pulse.failed(error)
    assert pulse.stopped_by is error


def test_a_hold_is_for_everybody_and_the_longest_counts() -> None:
    time = FakeTime()
    pulse = Pulse(50.0, monotonic=time.monotonic)
    pulse.hold(5)
    pulse.hold(2)
    assert pulse.held_s() == 5.0
    time.now += 6
    assert pulse.held_s() == 0.0
