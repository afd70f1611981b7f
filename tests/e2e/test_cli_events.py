"""Events from files and from a queue, through the command line, into a real store."""

import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newsletter.config import ensure_local_secrets
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import SqliteStore, open_store
from tests.e2e.commands import Ended, run
from tests.e2e.program import Program
from tests.factories import make_subscriber
from tests.servers.fake_ses_events import in_sns
from tests.servers.fake_sqs import FakeSqs, Fault
from tests.unit.delivery.event_scene import issue_name, payload, plan_issue, send_issue

AWS = {
    "AWS_ACCESS_KEY_ID": "EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own, with three mails that were sent, and no settings file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NEWSLETTER_STORE__DATA_DIR", str(tmp_path / "data"))
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    with opened(tmp_path / "data") as store:
        plan_issue(store, readers=3)
        send_issue(store)
    return tmp_path / "data"


def opened(data_dir: Path) -> SqliteStore:
    secrets = ensure_local_secrets(data_dir)
    return open_store(data_dir / "newsletter.db", address_key=secrets.address_key)


def states(data_dir: Path) -> dict[DeliveryState, int]:
    with opened(data_dir) as store:
        return dict(store.ledger.count_by_state(issue_name(0)))


def apply(content: str | bytes, *options: str) -> Ended:
    Path("events.jsonl").write_bytes(content if isinstance(content, bytes) else content.encode())
    return run("events", "apply", "events.jsonl", *options)


def facts_of(ended: Ended) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(ended.out)
    return facts


@pytest.fixture
def sqs() -> Iterator[FakeSqs]:
    with FakeSqs() as server:
        yield server


def pull(sqs: FakeSqs, *options: str) -> Ended:
    return run(
        *("events", "pull", "--queue", sqs.queue_url, "--endpoint-url", sqs.url, "--wait", "0"),
        *("--once", "--json", *options),
    )


def test_lines_of_events_are_applied(data_dir: Path) -> None:
    lines = [
        payload("Bounce", 1),
        "",
        in_sns(json.loads(payload("Delivery", 2))),
        payload("Send", 3),
    ]
    ended = apply("\n".join(lines), "--json")
    assert ended.code == 0, ended
    assert facts_of(ended) == {
        "payloads": 3,
        "new": 3,
        "repeated": 0,
        "unused": 0,
        "unreadable": 0,
        "alarms": 0,
        "waiting": 0,
        "readers": {"suppressed": 1, "unsubscribed": 0, "paused": 0, "resumed": 0},
        "deliveries": {"bounced": 1, "delivered": 1},
    }
    assert states(data_dir) == {
        DeliveryState.BOUNCED: 1,
        DeliveryState.DELIVERED: 1,
        DeliveryState.SENT: 1,
    }


def test_the_same_file_again_changes_nothing(data_dir: Path) -> None:
    apply(payload("Bounce"))
    facts = facts_of(apply(payload("Bounce"), "--json"))
    assert (facts["new"], facts["repeated"], facts["deliveries"]) == (0, 1, {})


def test_what_came_of_it_in_words() -> None:
    ended = apply(payload("Reject") + "\n{\n")
    assert ended.code == 3
    assert "unreadable\t1\n" in ended.out
    assert "deliveries rejected\t1\n" in ended.out
    assert "`newsletter events unreadable` shows them" in ended.err
    assert "refused for what is in them" in ended.err
    assert "@" not in ended.err


@pytest.mark.parametrize(
    "content",
    [
        lambda events: json.dumps(events, indent=2),
        json.dumps,
        lambda events: json.dumps({"Messages": [{"Body": json.dumps(each)} for each in events]}),
        lambda events: json.dumps(
            {"Records": [{"body": json.dumps(each)} for each in events]}, indent=1
        ),
        lambda events: "\ufeff" + json.dumps(events, indent=2),
        lambda events: json.dumps(events).encode("utf-16"),
        lambda events: "\r\n".join(map(json.dumps, events)),
    ],
    ids=["pretty", "list", "aws", "lambda", "mark", "utf-16", "crlf"],
)
def test_documents_of_all_forms_are_taken_apart(content: Any) -> None:
    events = [json.loads(payload("Delivery", number)) for number in (1, 2, 3)]
    ended = apply(content(events), "--json")
    assert (ended.code, facts_of(ended)["new"]) == (0, 3)


@pytest.mark.parametrize(
    "broken", ["{", "null", '{"eventType": "Bounce"', "\udcff", "x" * 3_000_000]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_broken_line_hides_no_other(data_dir: Path, broken: str, is_first: bool) -> None:
    lines = [payload("Delivery", number) for number in (1, 2)]
    lines.insert(0 if is_first else 1, broken)
    ended = apply("\n".join(lines).encode(errors="surrogateescape"), "--json")
    assert ended.code == 3
    facts = facts_of(ended)
    assert (facts["new"], facts["unreadable"]) == (2, 1)


def test_an_empty_file_is_nothing() -> None:
    ended = apply("", "--json")
    assert (ended.code, facts_of(ended)["payloads"]) == (0, 0)


def test_events_come_from_standard_input() -> None:
    ended = run("events", "apply", "-", "--json", stdin=payload("Delivery"))
    assert facts_of(ended)["deliveries"] == {"delivered": 1}


@pytest.mark.parametrize("path", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(path: str) -> None:
    ended = run("events", "apply", path)
    assert ended.code == 2
    assert f"{path} cannot be read" in ended.err


def test_the_unreadable_can_be_looked_at() -> None:
    apply('{"eventType": "Bounce", "to": "reader9@example.org"}\n' * 2)
    (facts,) = json.loads(run("events", "unreadable", "--json").out)
    assert (facts["times"], facts["why"]) == (2, "Bounce without mail.messageId")
    assert "[address]" in facts["excerpt"]
    assert "reader9" not in run("events", "unreadable").out


def test_a_queue_is_emptied_and_its_messages_deleted(data_dir: Path, sqs: FakeSqs) -> None:
    sqs.put(*(payload("Delivery", number) for number in (1, 2, 3)), *["{"] * 10)
    ended = pull(sqs)
    assert ended.code == 3
    facts = facts_of(ended)
    assert (facts["payloads"], facts["unreadable"]) == (13, 10)
    assert states(data_dir) == {DeliveryState.DELIVERED: 3}
    assert sqs.messages == []
    assert pull(sqs).code == 0


def test_no_more_messages_are_taken_than_wanted(sqs: FakeSqs) -> None:
    sqs.put(*["{}"] * 20)
    assert facts_of(pull(sqs, "--max", "12"))["payloads"] == 12
    assert len(sqs.messages) == 8


def test_what_could_not_be_deleted_comes_again_and_does_no_harm(sqs: FakeSqs) -> None:
    sqs.put(payload("Bounce"))
    sqs.undeletable = 1
    assert facts_of(pull(sqs))["new"] == 1
    sqs.give_back()
    assert facts_of(pull(sqs))["repeated"] == 1
    assert sqs.messages == []


def test_nothing_is_deleted_that_the_store_has_not(data_dir: Path, sqs: FakeSqs) -> None:
    """A database that breaks in the middle: the messages stay where they are."""
    sqs.put(payload("Bounce"), "{")
    with closing(sqlite3.connect(data_dir / "newsletter.db")) as file:
        file.execute("DROP TABLE unreadable_events")
    assert pull(sqs).code == 69
    assert sqs.calls == ["ReceiveMessage"]
    assert len(sqs.messages) == 2


@pytest.mark.parametrize(
    ("fault", "code", "why"),
    [
        (Fault(code="AccessDenied", status=403), 78, "allow sqs:ReceiveMessage"),
        (Fault(code="QueueDoesNotExist"), 78, "check the URL"),
        (Fault(code="SomethingNew"), 69, "nothing is lost, run again"),
    ],
)
def test_a_queue_that_cannot_be_read_says_what_to_do(
    sqs: FakeSqs, fault: Fault, code: int, why: str
) -> None:
    sqs.script(fault)
    ended = pull(sqs)
    assert (ended.code, ended.out) == (code, "")
    assert why in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("option", ["--queue", "--endpoint-url"])
def test_a_url_that_is_none(sqs: FakeSqs, option: str) -> None:
    words = {"--queue": sqs.queue_url, "--endpoint-url": sqs.url} | {option: "events"}
    ended = run("events", "pull", *(word for pair in words.items() for word in pair))
    assert ended.code == 2
    assert "is no URL" in ended.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_at_once_and_loses_nothing(
    tmp_path: Path, sqs: FakeSqs, number: signal.Signals
) -> None:
    program = Program(tmp_path, **AWS)
    sqs.put(payload("Bounce"))
    words = ("events", "pull", "--queue", sqs.queue_url, "--endpoint-url", sqs.url, "--json")
    process = program.start(*words)
    wait_until_idle(sqs, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    assert json.loads(out)["readers"]["suppressed"] == 1
    assert sqs.messages == []
    assert "Traceback" not in err
    with program.open_store() as store:
        assert store.suppressions.find(make_subscriber(1).address) is not None


def wait_until_idle(sqs: FakeSqs, process: subprocess.Popen[str]) -> None:
    """Return once the program waits for a message that is not there."""
    for _ in range(3_000):
        if sqs.waiting.wait(0.01) and not sqs.messages:
            return
        assert process.poll() is None
    raise AssertionError("the program never waited")
