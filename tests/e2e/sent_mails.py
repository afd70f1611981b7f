"""Mails as the maildir mailer left them, read back as a reader's program would."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from newsletter.model import Message

OWN_HEADERS = ("List-", "Archived-", "Auto-", "X-", "Feedback-")


def sent_mails(folder: Path) -> Iterator[Message]:
    """Yield each mail in a folder, in the order of their names."""
    for path in sorted(folder.rglob("*.eml")):
        yield _message(message_from_bytes(path.read_bytes(), policy=policy.default))


def _message(mail: EmailMessage) -> Message:
    return Message(
        delivery_id=str(mail["X-Newsletter-Delivery"]),
        sender=str(mail["From"]),
        reply_to=str(mail["Reply-To"]),
        recipient=str(mail["To"]),
        subject=str(mail["Subject"]),
        text=_content(mail, "plain").replace("\r\n", "\n"),
        html=_content(mail, "html"),
        headers=tuple(
            (name, str(value)) for name, value in mail.items() if name.startswith(OWN_HEADERS)
        ),
    )


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
