"""The events SES would report for a mail in the fake's outbox, and what they travel in.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.servers.fake_ses import Accepted
from tests.servers.fake_ses_rules import CONFIGURATION_SET

TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"
DETAIL_TYPES: Mapping[str, str] = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Subscription": "Email Subscribed",
}


def make_event(kind: str, mail: Accepted, **fields: Any) -> dict[str, Any]:
    """Make the event of this kind, of SES's words; ``fields`` change its own section."""
    at = _stamp(mail.accepted_at + timedelta(seconds=2))
    name, section = _section(kind, mail, at)
    return {"eventType": kind, "mail": _mail(mail), name: section | fields}


def _section(kind: str, mail: Accepted, at: str) -> tuple[str, dict[str, Any]]:
    feedback = {"timestamp": at, "feedbackId": f"{mail.message_id}-feedback"}
    sections: dict[str, tuple[str, dict[str, Any]]] = {
        "Send": ("send", {}),
        "Reject": ("reject", {"reason": "Bad content"}),
        "Delivery": ("delivery", _delivery(mail) | {"timestamp": at}),
        "DeliveryDelay": ("deliveryDelay", _delay(mail) | {"timestamp": at}),
        "Bounce": ("bounce", _bounce(mail) | feedback),
        "Complaint": ("complaint", _complaint(mail) | feedback),
        "Subscription": ("subscription", _subscription() | {"timestamp": at}),
    }
    return sections[kind]


def _delivery(mail: Accepted) -> dict[str, Any]:
    return {
        "processingTimeMillis": 2000,
        "recipients": list(mail.recipients),
        "smtpResponse": "250 2.0.0 OK",
        "reportingMTA": "a8-50.smtp-out.example.org",
    }


def _delay(mail: Accepted) -> dict[str, Any]:
    recipients = _addresses(mail, status="4.2.2", diagnosticCode="smtp; 452 4.2.2 mailbox full")
    return {"delayType": "MailboxFull", "delayedRecipients": recipients}


def _bounce(mail: Accepted) -> dict[str, Any]:
    recipients = _addresses(
        mail, action="failed", status="5.1.1", diagnosticCode="smtp; 550 5.1.1 user unknown"
    )
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": recipients,
        "reportingMTA": "dsn; a8-50.smtp-out.example.org",
    }


def _complaint(mail: Accepted) -> dict[str, Any]:
    return {"complaintFeedbackType": "abuse", "complainedRecipients": _addresses(mail)}


def _subscription() -> dict[str, Any]:
    return {
        "contactList": "readers",
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
    }


def in_sns(event: Mapping[str, Any]) -> str:
    """Wrap an event as SNS posts it to a queue without raw delivery."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": "Amazon SES Email Event Notification",
            "Message": json.dumps(event),
            "Timestamp": event["mail"]["timestamp"],
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
        }
    )


def in_eventbridge(event: Mapping[str, Any]) -> str:
    """Wrap an event as EventBridge hands it on."""
    return json.dumps(
        {
            "version": "0",
            "id": "12345678-1234-1234-1234-111122223333",
            "detail-type": DETAIL_TYPES[event["eventType"]],
            "source": "aws.ses",
            "account": "123456789012",
            "time": event["mail"]["timestamp"],
            "region": "eu-west-1",
            "resources": ["arn:aws:ses:eu-west-1:123456789012:configuration-set/newsletter"],
            "detail": event,
        }
    )


def in_sqs_records(bodies: Iterable[str]) -> str:
    """Wrap queue messages as a Lambda function gets them."""
    records = [
        {
            "messageId": f"059f36b4-87a3-44ab-83d2-{number:012d}",
            "receiptHandle": "EXAMPLE",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:events",
        }
        for number, body in enumerate(bodies)
    ]
    return json.dumps({"Records": records})


def _mail(mail: Accepted) -> dict[str, Any]:
    tags = {name: [value] for name, value in mail.tags.items()}
    return {
        "timestamp": _stamp(mail.accepted_at),
        "messageId": mail.message_id,
        "source": mail.sender,
        "sendingAccountId": "123456789012",
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [],
        "commonHeaders": {"to": list(mail.recipients), "messageId": mail.message_id},
        "tags": {"ses:configuration-set": [mail.configuration_set or CONFIGURATION_SET], **tags},
    }


def _addresses(mail: Accepted, **fields: str) -> list[dict[str, str]]:
    return [{"emailAddress": address, **fields} for address in mail.recipients]


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
