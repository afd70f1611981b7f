"""The deployed functions, as processes, over emulated AWS: a day, and what goes wrong in it."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newsletter.model import DeliveryState
from subscribers.model import SubscriberState
from tests.e2e.aws.announcing import announce_today, readers_at
from tests.e2e.aws.deployment import Deployment, deployed
from tests.e2e.aws.iam import outside, read_calls, statements_of
from tests.e2e.aws.requests import request
from tests.servers.lambda_runtime import FunctionFailedError, LambdaFunction
from tests.servers.moto_server import running_moto

READERS = 120
KILLS = ("before_plan:2", "before_plan:1")


@pytest.fixture(scope="module")
def day_and_deployment(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[date, datetime, Deployment]]:
    """A deployment in which a whole day has gone by: everything twice, a worker killed twice."""
    folder = tmp_path_factory.mktemp("deployment")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", "testing")
        patched.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with (
            running_moto() as moto,
            deployed(moto, folder, workers=2, failpoints=[KILLS]) as made,
        ):
            day, at = announce_today(made)
            with made.open_store() as store:
                store.subscribers.add_all(readers_at(READERS))
            _live(made, at)
            yield day, at, made


def _live(made: Deployment, at: datetime) -> None:
    made.doubled = 3
    made.prepared = [made.call_at("prepare", at)["state"] for _ in range(2)]
    sqs, url = made.sdk("sqs"), made.stack.queue_urls["ParcelQueue"]
    sqs.send_message(QueueUrl=url, MessageBody='{"version":99,"parcel":""}')
    made.moto.forget()
    for _ in range(2):
        made.call_at("fanout", at + timedelta(hours=12))
    made.moto.forget()
    made.pump()
    made.requests = sum(made.moto.counts().values())
    made.tell_events()
    made.tell_events(wrapped=True)


@pytest.fixture
def made(day_and_deployment: tuple[date, datetime, Deployment]) -> Deployment:
    return day_and_deployment[2]


@pytest.fixture
def issue_id(day_and_deployment: tuple[date, datetime, Deployment]) -> str:
    return f"{day_and_deployment[0]}-daily"


def test_each_reader_got_exactly_one_mail(made: Deployment, issue_id: str) -> None:
    assert made.prepared == ["ready", "done"]
    assert set(made.mails().values()) == {1}
    assert len(made.mails()) == READERS
    with made.open_store() as store:
        assert store.ledger.count_by_state(issue_id) == {DeliveryState.DELIVERED: READERS}
        progress = store.ledger.progress(issue_id)
    assert progress is not None
    assert progress.planned == READERS


def test_a_worker_was_killed_and_its_parcels_went_to_others(made: Deployment) -> None:
    assert made.kills >= 1
    assert made.workers[0].starts >= 2


def test_the_rate_was_kept_over_all_workers(made: Deployment) -> None:
    assert made.ses.taken.most <= made.ses.account.max_per_second


def test_a_mail_costs_few_requests_to_the_tables(made: Deployment) -> None:
    assert made.requests / READERS <= 3


def test_a_poisoned_message_ends_among_the_dead_letters(made: Deployment) -> None:
    assert made.dead_letters() == ['{"version":99,"parcel":""}']


def test_no_function_asks_for_what_its_role_does_not_allow(made: Deployment) -> None:
    statements = statements_of(made.stack.template, made.stack.names)
    assert outside(read_calls(made.recording), statements) == []


def test_a_page_is_served(made: Deployment) -> None:
    answer = made.call("web", request("GET", "/"))
    assert answer["statusCode"] == 200
    assert "<html" in answer["body"]


def test_one_click_in_base64_unsubscribes(made: Deployment) -> None:
    mail = made.ses.outbox[0]
    link = str(message_from_bytes(mail.raw)["List-Unsubscribe"]).strip("<>")
    body = base64.b64encode(b"List-Unsubscribe=One-Click").decode()
    event = request("POST", urlsplit(link).path, body=body, isBase64Encoded=True)
    assert made.call("web", event)["statusCode"] == 200
    with made.open_store() as store:
        reader = store.subscribers.find(mail.recipients[0])
    assert reader is not None
    assert reader.state is SubscriberState.UNSUBSCRIBED
    assert made.call("post") == {"sent": 1}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NEWSLETTER_AWS__QUEUE_URL", ""),
        ("NEWSLETTER_STORE__TABLE", ""),
        ("NEWSLETTER_AWS__PARAMETERS", "/newsletter/empty"),
    ],
)
def test_a_function_that_lacks_something_says_so_and_does_nothing(
    made: Deployment, tmp_path: Path, variable: str, value: str
) -> None:
    environ = {**made.environ, variable: value}
    with (
        LambdaFunction("newsletter.aws.fanout", environ, log=tmp_path / "log") as function,
        pytest.raises(FunctionFailedError, match="ConfigurationError") as told,
    ):
        function.invoke({})
    assert (value or variable.rpartition("__")[2]).lower() in str(told.value).lower()


def test_each_line_of_the_logs_is_json_and_has_numbers_for_the_dashboard(made: Deployment) -> None:
    lines = [
        json.loads(line)
        for path in made.folder.glob("*.log")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    by_event: dict[str, Any] = {line.get("event"): line for line in lines}
    assert by_event["issue.prepared"].keys() >= {"announced", "picked", "cost_usd"}
    assert by_event["slots.planned"].keys() >= {"readers", "last_batch_age_h", "is_missing"}
    assert by_event["parcel.delivered"].keys() >= {"sent", "rejected", "unknown", "left"}
    assert by_event["events.applied"].keys() >= {"delivered", "bounced", "complained"}
    assert not [line for line in lines if "@" in json.dumps(line)]
