"""Roles are compared with what was asked for."""

import json
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.stub import Stubber

from infra.translate import Template
from tests.e2e.aws.iam import Call, Statement, outside, read_calls, statements_of, unused
from tests.e2e.aws.resolve import resolve
from tests.servers.aws_recorder import calls, record

NAMES = {
    "Stage": "test",
    "Domain": "papers.example.org",
    "MainTable": "m",
    "LedgerTable": "l",
    "BundleBucket": "b",
    "ConfigurationSet": "c",
}
READ = Statement(
    function="web",
    sid="Main",
    actions=["dynamodb:GetItem", "dynamodb:Query"],
    resources=["table/m"],
)
PLATFORM = Statement(
    function="web", sid="PlatformLogs", actions=["logs:PutLogEvents"], resources=["*"]
)
GET = Call("web", "dynamodb:GetItem", "table/m")


def test_a_call_that_is_allowed_is_not_outside() -> None:
    assert outside(frozenset({GET}), [READ]) == []


@pytest.mark.parametrize(
    "call",
    [
        GET._replace(function="deliver"),
        GET._replace(action="dynamodb:PutItem"),
        GET._replace(resource="table/m/index/active"),
        Call("web", "logs:PutLogEvents", "anything"),
    ],
)
def test_another_function_action_or_resource_is_outside(call: Call) -> None:
    """What Lambda itself may do is nothing that our code may do."""
    assert outside(frozenset({call}), [READ, PLATFORM]) == [call]


def test_what_is_never_asked_for_is_told_by_action() -> None:
    assert unused(frozenset({GET}), [READ, PLATFORM]) == ["web Main dynamodb:Query"]


def test_the_statements_of_the_template_are_read(translated: Template) -> None:
    statements = statements_of(translated, NAMES)
    mail = next(each for each in statements if (each.function, each.sid) == ("deliver", "Mail"))
    assert mail.resources == ["identity/papers.example.org", "configuration-set/c"]
    assert {each.function for each in statements} == {
        "prepare",
        "fanout",
        "deliver",
        "events",
        "post",
        "web",
    }
    assert mail.allows(Call("deliver", "ses:SendEmail", "identity/papers.example.org"))
    assert not mail.allows(Call("deliver", "ses:SendEmail", "identity/example.com"))


def test_only_logs_queues_and_dead_letters_are_left_to_the_platform(translated: Template) -> None:
    platform = [each for each in statements_of(translated, NAMES) if each.is_platform]
    assert {action for each in platform for action in each.actions} == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    }


def test_what_cannot_be_resolved_is_an_error() -> None:
    with pytest.raises(KeyError, match="Import"):
        resolve({"Fn::ImportValue": "x"}, NAMES)


def test_a_transaction_is_asked_about_by_its_actions() -> None:
    parameters: dict[str, Any] = {
        "TransactItems": [
            {"Put": {"TableName": "m"}},
            {"ConditionCheck": {"TableName": "m"}},
            {"Update": {"TableName": "l"}},
        ]
    }
    assert list(calls("dynamodb", "TransactWriteItems", parameters)) == [
        ("dynamodb:PutItem", "table/m"),
        ("dynamodb:ConditionCheckItem", "table/m"),
        ("dynamodb:UpdateItem", "table/l"),
    ]


def test_a_raw_mail_needs_two_actions_on_identity_and_configuration_set() -> None:
    parameters = {
        "FromEmailAddress": "The Digest <digest@papers.example.org>",
        "ConfigurationSetName": "c",
        "Content": {"Raw": {"Data": b""}},
    }
    assert set(calls("sesv2", "SendEmail", parameters)) == {
        (f"ses:{action}", resource)
        for action in ("SendEmail", "SendRawEmail")
        for resource in ("identity/papers.example.org", "configuration-set/c")
    }


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"m": {}}},
            ("dynamodb:BatchGetItem", "table/m"),
        ),
        (
            "dynamodb",
            "Query",
            {"TableName": "m", "IndexName": "active"},
            ("dynamodb:Query", "table/m/index/active"),
        ),
        ("sqs", "SendMessageBatch", {"QueueUrl": "https://x/1/q"}, ("sqs:SendMessage", "q")),
        ("s3", "PutObject", {"Bucket": "b", "Key": "bundles/x"}, ("s3:PutObject", "b/bundles/x")),
        ("sesv2", "GetAccount", {}, ("ses:GetAccount", "*")),
        ("ssm", "GetParameters", {"Names": ["/n/t/k"]}, ("ssm:GetParameters", "parameter/n/t/k")),
        ("kms", "Decrypt", {}, ("kms:Decrypt", "*")),
    ],
)
def test_requests_are_written_as_iam_calls_them(
    service: str, operation: str, parameters: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert list(calls(service, operation, parameters)) == [expected]


def test_every_client_made_afterwards_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks: list[Any] = []
    monkeypatch.setattr(botocore, "_INITIALIZERS", hooks)
    record(tmp_path / "calls", "web")
    session = boto3.session.Session("a", "b", region_name="eu-west-1")
    client = session.client("dynamodb")
    with Stubber(client) as stub:
        stub.add_response("get_item", {})
        client.get_item(TableName="m", Key={"pk": {"S": "a"}})
    assert read_calls(tmp_path / "calls") == {GET}
    assert json.loads((tmp_path / "calls").read_text()) == GET._asdict()
