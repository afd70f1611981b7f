"""Envelopes for the mailers' tests."""

from typing import Any

from newsletter.model import Envelope

RAW = (
    b"From: arXiv Digest <digest@example.org>\r\n"
    b"To: reader1@example.org\r\n"
    b"Subject: Sparse attention\r\n"
    b"List-Unsubscribe: <https://papers.example.org/u/" + b"x" * 900 + b">\r\n"
    b"\r\n"
    b".\r\n"
    b"..two dots, then a line of one dot above\r\n"
    b" trailing space \r\n"
    b"\r\n" + b"y" * 998 + b"\r\n"
    b".hidden\r\n"
)


def make_envelope(number: int = 1, **fields: Any) -> Envelope:
    """Make an envelope to ``readerN@example.org`` whose bytes try a server's patience."""
    values: dict[str, Any] = {
        "delivery_id": f"delivery{number}",
        "issue_id": "2026-11-20-daily",
        "attempt": 1,
        "sender": "digest@example.org",
        "recipient": f"reader{number}@example.org",
        "raw": RAW,
    }
    return Envelope(**(values | fields))
