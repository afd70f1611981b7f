"""The fake SES does what the tests that lean on it believe."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from newsletter.errors import MailerThrottledError
from newsletter.mailers.ses import SesMailer
from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryEvent, EventKind
from tests.contract.test_ses_mailer import envelope, make_mailer, set_credentials
from tests.servers.fake_ses import Accepted, FakeSes
from tests.servers.fake_ses_events import (
    DETAIL_TYPES,
    in_eventbridge,
    in_sns,
    in_sqs_records,
    make_event,
)
from tests.servers.fake_ses_rate import Window
from tests.servers.fake_ses_rules import DOMAIN, EVENT_TYPES
from tests.servers.fake_ses_script import STEPS, THROTTLED

KINDS = {
    "Send": EventKind.SENT,
    "Delivery": EventKind.DELIVERED,
    "DeliveryDelay": EventKind.DELAYED,
    "Bounce": EventKind.BOUNCED,
    "Complaint": EventKind.COMPLAINED,
    "Reject": EventKind.REJECTED,
    "Subscription": EventKind.UNSUBSCRIBED,
}


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        yield


class Ticks:
    """A clock that tests turn."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Ticks:
    return Ticks()


@pytest.fixture
def ses(clock: Ticks) -> Iterator[FakeSes]:
    with FakeSes(clock=clock) as server:
        yield server


@pytest.fixture
def mailer(ses: FakeSes) -> Iterator[SesMailer]:
    made = make_mailer(ses.url)
    yield made
    made.close()


@pytest.fixture
def mail(ses: FakeSes, mailer: SesMailer) -> Accepted:
    mailer.send(envelope(attempt=2))
    return ses.outbox[0]


def test_a_window_finds_the_fullest_second_wherever_it_begins(clock: Ticks) -> None:
    window = Window(clock)
    for clock.now in (0.0, 0.9, 1.1, 1.8, 1.9, 5.0):
        window.add()
    assert (window.most, window.total, window.count()) == (4, 6, 1)


def test_the_rate_is_held_in_every_second_over_all_threads(
    ses: FakeSes, mailer: SesMailer, clock: Ticks
) -> None:
    ses.account.max_per_second, ses.account.strict = 5, True

    def try_one(number: int) -> bool:
        try:
            mailer.send(envelope(number))
        except MailerThrottledError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_one, range(40))) == 5
    clock.now = 0.999
    assert not try_one(41)
    clock.now = 1.0
    assert try_one(42)
    assert (ses.taken.most, ses.taken.total, ses.posted.total) == (5, 6, 42)


def test_a_decision_is_taken_for_each_mail_the_script_leaves_open(
    ses: FakeSes, mailer: SesMailer
) -> None:
    ses.decide = lambda post: (
        THROTTLED if post["Destination"]["ToAddresses"] == ["reader2@example.org"] else None
    )
    mailer.send(envelope(1))
    with pytest.raises(MailerThrottledError):
        mailer.send(envelope(2))


def test_an_unsigned_post_is_refused(ses: FakeSes) -> None:
    body = {"Destination": {"ToAddresses": ["reader@example.org"]}}
    request = urllib.request.Request(
        f"{ses.url}/v2/email/outbound-emails", data=json.dumps(body).encode()
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)
    assert caught.value.code == 403
    caught.value.close()


def test_what_a_doctor_asks_for_is_answered_in_the_shapes_of_the_sdk(ses: FakeSes) -> None:
    client = boto3.client("sesv2", endpoint_url=ses.url, region_name="eu-west-1")
    identity = client.get_email_identity(EmailIdentity=DOMAIN)
    assert identity["DkimAttributes"]["Status"] == "SUCCESS"
    assert client.get_configuration_set(ConfigurationSetName="newsletter")["SendingOptions"]
    found = client.get_configuration_set_event_destinations(ConfigurationSetName="newsletter")
    assert found["EventDestinations"][0]["MatchingEventTypes"] == EVENT_TYPES
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_email_identity(EmailIdentity="other.example.org")
    client.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_of_the_fake_says_what_its_mail_is(mail: Accepted, kind: str) -> None:
    (event,) = read_events(json.dumps(make_event(kind, mail)))
    assert isinstance(event, DeliveryEvent)
    assert (event.kind, event.provider_id) == (KINDS[kind], mail.message_id)
    assert (event.delivery_id, event.issue_id, event.attempt) == (
        "delivery-1",
        "2026-11-20-daily",
        2,
    )
    assert [one.address for one in event.recipients] == ["reader1@example.org"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_envelope_changes_nothing_of_an_event(mail: Accepted, kind: str) -> None:
    event = make_event(kind, mail)
    bare = read_events(json.dumps(event))
    assert len(DETAIL_TYPES) == len(KINDS)
    assert read_events(in_sns(event)) == bare
    assert read_events(in_eventbridge(event)) == bare
    records = in_sqs_records([json.dumps(event), in_sns(event), in_eventbridge(event)])
    assert read_events(records) == bare * 3


def test_by_hand_it_serves_scripts_and_stats_to_other_processes() -> None:
    command = [sys.executable, "-m", "tests.servers.fake_ses", "--rate", "100"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        mailer = make_mailer(url)
        ask(f"{url}/fake/script", b'["throttled"]')
        with pytest.raises(MailerThrottledError):
            mailer.send(envelope(1))
        mailer.send(envelope(2))
        assert [mail["tags"]["delivery_id"] for mail in ask(f"{url}/fake/outbox")] == ["delivery-2"]
        stats = ask(f"{url}/fake/stats")
        assert stats["requests"]["POST /v2/email/outbound-emails"] == 2
        assert (stats["accepted"], stats["most_accepted_in_one_second"]) == (1, 1)
        mailer.close()
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_scripts_over_http_know_every_step_by_name() -> None:
    assert {"ok", "throttled", "quota", "hang", "reset", "reset_after_accept"} <= set(STEPS)


def ask(url: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(url, data=body, timeout=5) as reply:
        return json.load(reply)
