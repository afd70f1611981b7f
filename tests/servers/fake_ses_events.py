"""The events SES would report for a mail in the fake's outbox, and what they travel in."""

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
    match kind:
        case "Send":
            return "send", {}
        case "Delivery":
            return "delivery", {
                "timestamp": at,
                "processingTimeMillis": 2000,
                "recipients": list(mail.recipients),
                "smtpResponse": "250 2.0.0 OK",
                "reportingMTA": "a8-50.smtp-out.example.org",
            }
        case "DeliveryDelay":
            who = {"delayedRecipients": _addresses(mail, status="4.4.1")}
            return "deliveryDelay", {"timestamp": at, "delayType": "MailboxFull", **who}
        case "Bounce":
            who = {"bouncedRecipients": _addresses(mail, status="5.1.1", action="failed")}
            return "bounce", {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                **who,
                **feedback,
            }
        case "Complaint":
            who = {"complainedRecipients": _addresses(mail)}
            return "complaint", {"complaintFeedbackType": "abuse", **who, **feedback}
        case "Reject":
            return "reject", {"reason": "Bad content"}
        case _:
            return "subscription", {
                "timestamp": at,
                "source": "UnsubscribeHeader",
                "newTopicPreferences": {"unsubscribeAll": True},
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
