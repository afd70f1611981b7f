"""Each event as SES documents it, complete, and what we read in it.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
and https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
(addresses, ids and texts are invented).
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newsletter.mailers.ses_events import read_events
from newsletter.model import (
    BounceType,
    DeliveryEvent,
    EventKind,
    EventRecipient,
    MalformedEvent,
    UnusedEvent,
)

PROVIDER_ID = "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000"
READER = "reader@example.org"

MAIL: dict[str, Any] = {
    "timestamp": "2026-11-20T05:00:40.012Z",
    "source": "arXiv Digest <digest@papers.example.org>",
    "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/papers.example.org",
    "sendingAccountId": "123456789012",
    "messageId": PROVIDER_ID,
    "destination": [READER],
    "headersTruncated": False,
    "headers": [
        {"name": "From", "value": "arXiv Digest <digest@papers.example.org>"},
        {"name": "To", "value": READER},
        {"name": "Subject", "value": "Sparse attention + 13 more"},
        {"name": "MIME-Version", "value": "1.0"},
        {"name": "Content-Type", "value": "multipart/alternative; boundary=example"},
        {"name": "X-Newsletter-Delivery", "value": "d-from-header"},
    ],
    "commonHeaders": {
        "from": ["arXiv Digest <digest@papers.example.org>"],
        "to": [READER],
        "messageId": PROVIDER_ID,
        "subject": "Sparse attention + 13 more",
    },
    "tags": {
        "ses:configuration-set": ["newsletter"],
        "ses:source-ip": ["192.0.2.0"],
        "ses:from-domain": ["papers.example.org"],
        "ses:caller-identity": ["deliver"],
        "ses:outgoing-ip": ["192.0.2.1"],
        "delivery_id": ["d-1"],
        "issue": ["2026-11-20-daily"],
        "attempt": ["2"],
    },
}


def read(event: dict[str, Any]) -> DeliveryEvent:
    (found,) = read_events(json.dumps(event))
    assert isinstance(found, DeliveryEvent)
    assert found.provider_id == PROVIDER_ID
    assert (found.delivery_id, found.issue_id, found.attempt) == ("d-1", "2026-11-20-daily", 2)
    return found


def test_send() -> None:
    event = read({"eventType": "Send", "mail": MAIL, "send": {}})
    assert event.kind is EventKind.SENT
    assert event.at == datetime(2026, 11, 20, 5, 0, 40, 12_000, tzinfo=UTC)
    assert event.recipients == (EventRecipient(address=READER),)


def test_delivery() -> None:
    delivery = {
        "timestamp": "2026-11-20T05:00:41.123Z",
        "processingTimeMillis": 1111,
        "recipients": [READER],
        "smtpResponse": "250 2.0.0 OK  1795150841 EXAMPLE",
        "reportingMTA": "a8-50.smtp-out.example.org",
        "remoteMtaIp": "192.0.2.7",
    }
    event = read({"eventType": "Delivery", "mail": MAIL, "delivery": delivery})
    assert event.kind is EventKind.DELIVERED
    assert event.at == datetime(2026, 11, 20, 5, 0, 41, 123_000, tzinfo=UTC)
    assert event.recipients == (EventRecipient(address=READER),)


def test_bounce() -> None:
    bounce = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": READER,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            },
            {"emailAddress": "Second Reader <second@example.org>"},
        ],
        "timestamp": "2026-11-20T05:00:41.245Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; a8-50.smtp-out.example.org",
        "remoteMtaIp": "192.0.2.7",
    }
    event = read({"eventType": "Bounce", "mail": MAIL, "bounce": bounce})
    assert event.kind is EventKind.BOUNCED
    assert event.key == f"bounced:{bounce['feedbackId']}"
    assert (event.bounce_type, event.subtype) == (BounceType.PERMANENT, "General")
    assert event.recipients == (
        EventRecipient(address=READER, status="5.1.1", diagnostic="smtp; 550 5.1.1 user unknown"),
        EventRecipient(address="second@example.org"),
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Transient", BounceType.TRANSIENT),
        ("Undetermined", BounceType.UNDETERMINED),
        ("SomethingNew", BounceType.UNDETERMINED),
    ],
)
def test_bounce_types(stated: str, expected: BounceType) -> None:
    bounce = {"bounceType": stated, "bounceSubType": "MailboxFull", "bouncedRecipients": []}
    event = read({"eventType": "Bounce", "mail": MAIL, "bounce": bounce})
    assert (event.bounce_type, event.subtype) == (expected, "MailboxFull")


def test_complaint() -> None:
    complaint = {
        "complainedRecipients": [{"emailAddress": READER}],
        "timestamp": "2026-11-20T06:00:00.000Z",
        "feedbackId": "01000157c44f053b-9b6fcc9c-5b2b-4e3d-8d3f-2f0a3example-000000",
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": "2026-11-20T05:59:00.000Z",
    }
    event = read({"eventType": "Complaint", "mail": MAIL, "complaint": complaint})
    assert event.kind is EventKind.COMPLAINED
    assert event.key == f"complained:{complaint['feedbackId']}"
    assert (event.feedback_type, event.subtype) == ("abuse", None)
    assert event.recipients == (EventRecipient(address=READER),)


def test_reject() -> None:
    event = read({"eventType": "Reject", "mail": MAIL, "reject": {"reason": "Bad content"}})
    assert (event.kind, event.reason) == (EventKind.REJECTED, "Bad content")


def test_rendering_failure() -> None:
    failure = {"errorMessage": "Attribute 'name' is missing.", "templateName": "none-of-ours"}
    event = read({"eventType": "Rendering Failure", "mail": MAIL, "failure": failure})
    assert (event.kind, event.reason) == (EventKind.REJECTED, "Attribute 'name' is missing.")


def test_delivery_delay() -> None:
    delay = {
        "timestamp": "2026-11-20T05:10:40.095Z",
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2026-11-20T19:00:40.914Z",
        "delayedRecipients": [
            {
                "emailAddress": READER,
                "status": "4.4.1",
                "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
            }
        ],
        "reportingMTA": "a8-50.smtp-out.example.org",
    }
    event = read({"eventType": "DeliveryDelay", "mail": MAIL, "deliveryDelay": delay})
    assert (event.kind, event.subtype) == (EventKind.DELAYED, "TransientCommunicationFailure")
    assert event.recipients[0].status == "4.4.1"


def subscription(new: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventType": "Subscription",
        "mail": MAIL,
        "subscription": {
            "contactList": "readers",
            "timestamp": "2026-11-20T07:00:00.910Z",
            "source": "UnsubscribeHeader",
            "newTopicPreferences": new,
            "oldTopicPreferences": {
                "unsubscribeAll": False,
                "topicSubscriptionStatus": [{"topicName": "digest", "subscriptionStatus": "OptIn"}],
            },
        },
    }


@pytest.mark.parametrize(
    "new",
    [
        {
            "unsubscribeAll": True,
            "topicSubscriptionStatus": [{"topicName": "digest", "subscriptionStatus": "OptOut"}],
        },
        {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        {
            "unsubscribeAll": False,
            "topicSubscriptionStatus": [{"topicName": "digest", "subscriptionStatus": "OPT_OUT"}],
        },
    ],
)
def test_subscription_of_one_who_leaves(new: dict[str, Any]) -> None:
    event = read(subscription(new))
    assert event.kind is EventKind.UNSUBSCRIBED
    assert event.recipients == (EventRecipient(address=READER),)


def test_subscription_of_one_who_comes_back_unsubscribes_nobody() -> None:
    new = {
        "unsubscribeAll": False,
        "topicSubscriptionStatus": [{"topicName": "digest", "subscriptionStatus": "OptIn"}],
    }
    assert read_events(json.dumps(subscription(new))) == (
        UnusedEvent(provider_kind="Subscription", provider_id=PROVIDER_ID),
    )


@pytest.mark.parametrize("kind", ["Open", "Click", "SomethingNew"])
def test_a_kind_we_do_not_use_says_so(kind: str) -> None:
    event = {"eventType": kind, "mail": MAIL, kind.lower(): {"timestamp": "2026-11-20T08:00:00Z"}}
    assert read_events(json.dumps(event)) == (
        UnusedEvent(provider_kind=kind, provider_id=PROVIDER_ID),
    )


def test_a_notification_of_an_identity_has_no_tags_but_our_header() -> None:
    """https://docs.aws.amazon.com/ses/latest/dg/notification-examples.html"""
    mail = {name: value for name, value in MAIL.items() if name != "tags"}
    delivery = {"timestamp": "2026-11-20T05:00:41.123Z", "recipients": [READER]}
    notice = {"notificationType": "Delivery", "mail": mail, "delivery": delivery}
    (event,) = read_events(json.dumps(notice))
    assert isinstance(event, DeliveryEvent)
    assert (event.delivery_id, event.issue_id, event.attempt) == ("d-from-header", None, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"Type": "SubscriptionConfirmation", "Token": "x"}', "SNS SubscriptionConfirmation"),
        (
            '{"Message": "Successfully validated SNS topic for Amazon SES event publishing."}',
            "topic validation",
        ),
        (
            '{"notificationType": "AmazonSnsSubscriptionSucceeded"}',
            "AmazonSnsSubscriptionSucceeded",
        ),
        (
            '{"source": "aws.ses", "detail-type": "Sending Status Disabled", "detail": {}}',
            "Sending Status Disabled",
        ),
    ],
)
def test_what_aws_says_by_the_way_is_no_fault(text: str, kind: str) -> None:
    assert read_events(text) == (UnusedEvent(provider_kind=kind),)


def test_an_event_without_its_section_is_malformed() -> None:
    (found,) = read_events(json.dumps({"eventType": "Bounce", "mail": MAIL}))
    assert isinstance(found, MalformedEvent)
    assert found.why == "Bounce without bounce"
