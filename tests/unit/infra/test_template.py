"""The template keeps its promises; what cfn-lint sees is not looked at again."""

import importlib
from pathlib import Path
from typing import Any

from infra.translate import Template
from newsletter.aws import GRACE_S
from newsletter.config.keys import known_keys
from newsletter.delivery.policy import DEADLINE
from newsletter.mailers.ses import SesOptions
from newsletter.service import LAST_NOTICE_S
from newsletter.stores.dynamodb.tables import EXPIRES_AT, ledger_table, main_table

FUNCTIONS = {"prepare", "fanout", "deliver", "events", "post", "web"}


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: each.get("Properties", {})
        for name, each in template["Resources"].items()
        if each["Type"] == kind
    }


def handler(properties: dict[str, Any]) -> str:
    return str(properties["Handler"]).rpartition(".")[2]


def test_every_handler_is_in_the_template_and_no_other(template: Template) -> None:
    functions = of_type(template, "AWS::Serverless::Function").values()
    assert {each["Handler"] for each in functions} == {f"newsletter.aws.{n}" for n in FUNCTIONS}


def test_every_handler_is_there() -> None:
    aws = importlib.import_module("newsletter.aws")
    assert not [name for name in FUNCTIONS if not callable(getattr(aws, name, None))]


def test_every_variable_is_a_setting(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    known = {key.variable: key for key in known_keys().values()}
    assert not [name for name in variables if name not in known]
    assert not [name for name in variables if known[name].is_secret]


def test_the_tables_are_those_of_the_code(template: Template) -> None:
    tables = of_type(template, "AWS::DynamoDB::Table")
    for name, define in (("MainTable", main_table), ("LedgerTable", ledger_table)):
        expected = define("any")
        assert {key: tables[name].get(key) for key in expected} == {
            **expected,
            "TableName": tables[name]["TableName"],
        }
        assert tables[name]["TimeToLiveSpecification"] == {
            "AttributeName": EXPIRES_AT,
            "Enabled": True,
        }


def test_people_are_kept_whatever_happens_to_the_stack(template: Template) -> None:
    main = template["Resources"]["MainTable"]
    assert main["DeletionPolicy"] == "RetainExceptOnCreate"
    assert main["Properties"]["DeletionProtectionEnabled"] is True
    assert main["Properties"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True
    }


def test_a_message_is_invisible_for_six_times_as_long_as_the_function_may_take(
    template: Template,
) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    consumers = [
        (each["Timeout"], each["Events"]["Queue"]["Properties"])
        for each in of_type(template, "AWS::Serverless::Function").values()
        if "Queue" in each.get("Events", {})
    ]
    assert len(consumers) == 2
    for timeout, event in consumers:
        queue = queues[event["Queue"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] >= 6 * timeout
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumConcurrency" in event["ScalingConfig"]


def test_a_worker_keeps_time_for_mails_that_ses_does_not_answer(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    longest_s = (
        SesOptions(configuration_set="any").connect_timeout_s
        + variables["NEWSLETTER_MAILER__TIMEOUT_S"]
    )
    assert longest_s < min(GRACE_S, LAST_NOTICE_S)


def test_a_parcel_outlives_its_deadline(template: Template) -> None:
    queue = of_type(template, "AWS::SQS::Queue")["ParcelQueue"]
    assert queue["MessageRetentionPeriod"] > 2 * DEADLINE.total_seconds()


def test_every_queue_is_encrypted_and_dead_letters_are_kept_longest(template: Template) -> None:
    for name, queue in of_type(template, "AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == 1209600 or "Dead" not in name


def test_the_schedule_is_told_and_not_now(translated: Template) -> None:
    schedules = of_type(translated, "AWS::Scheduler::Schedule")
    assert len(schedules) == 3
    for each in schedules.values():
        assert "Name" not in each  # stages would fight for it
        assert "<aws.scheduler.scheduled-time>" in each["Target"]["Input"]
        if each["ScheduleExpression"] != "rate(1 minute)":
            assert each["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
            assert "DeadLetterConfig" in each["Target"]


def test_every_function_has_its_own_role_and_nothing_of_awss(translated: Template) -> None:
    roles = {
        each["Role"]["Fn::GetAtt"][0]
        for each in of_type(translated, "AWS::Lambda::Function").values()
    }
    assert len(roles) == len(FUNCTIONS)
    assert not [
        name
        for name, each in of_type(translated, "AWS::IAM::Role").items()
        if "ManagedPolicyArns" in each
    ]


def test_nothing_may_be_done_to_everything(translated: Template) -> None:
    """But to ask SES what the account may send: that has no resource."""
    for role in of_type(translated, "AWS::IAM::Role").values():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = str(statement["Action"])
                assert "*" not in actions
                assert statement["Resource"] != "*" or actions == "ses:GetAccount"


def test_mail_may_be_sent_by_this_identity_through_this_configuration_set_only(
    translated: Template,
) -> None:
    policy = of_type(translated, "AWS::IAM::Role")["DeliverRole"]["Policies"][0]["PolicyDocument"]
    mail = next(each for each in policy["Statement"] if each["Sid"] == "Mail")
    assert [each["Fn::Sub"].rpartition(":")[2] for each in mail["Resource"]] == [
        "identity/${Domain}",
        "configuration-set/${ConfigurationSet}",
    ]


def test_every_log_has_an_end(template: Template) -> None:
    logs = of_type(template, "AWS::Logs::LogGroup")
    assert len(logs) == len(FUNCTIONS) + 1
    assert all("RetentionInDays" in each for each in logs.values())


def test_the_access_log_knows_neither_visitors_nor_links(template: Template) -> None:
    text = template["Resources"]["WebStage"]["Properties"]["AccessLogSettings"]["Format"]
    assert not [word for word in ("sourceIp", "path", "routeKey", "userAgent") if word in text]


def test_every_alarm_tells_somebody(template: Template) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    assert len(alarms) >= 12
    for each in alarms.values():
        assert each["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert each["AlarmDescription"]


def test_stages_share_no_name(template: Template) -> None:
    """Two stacks of one account must not want the same name for anything."""
    named = ("TableName", "QueueName", "FunctionName", "TopicName", "AlarmName", "LogGroupName")
    for name, each in template["Resources"].items():
        for key, value in each.get("Properties", {}).items():
            if key in named and "Ref" not in value:
                assert "${Stage}" in str(value), name


def test_the_template_has_no_yaml_that_aws_does_not_read() -> None:
    text = (
        Path(importlib.import_module("infra").__file__ or "").parent / "template.yaml"
    ).read_text()
    assert " &" not in text
    assert ": *" not in text
