"""A message as bytes, read back by the standard library."""

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import RenderError
from newsletter.model import Digest, Message
from newsletter.render.clean import one_line
from newsletter.render.mail import DigestRenderer
from newsletter.render.mime import bare_address, mailbox, to_bytes
from tests.factories import NOW
from tests.unit.render.mails import LINKS, NASTY, digests


def message(**fields: Any) -> Message:
    values: dict[str, Any] = {
        "delivery_id": "01J-d1",
        "sender": "arXiv Digest <digest@papers.example.org>",
        "reply_to": "owner@example.org",
        "recipient": "reader@example.org",
        "subject": "Sparse attention · 20 Nov",
        "text": "Hello\n\nfrom here.\n.\nFrom there\n",
        "html": "<p>Hello = 中文 </p>\n",
        "headers": (("List-Unsubscribe", f"<https://papers.example.org/u/{'x' * 900}>"),),
    }
    return Message(**(values | fields))


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def parts(mail: EmailMessage) -> tuple[str, str]:
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    return text, html


def test_the_bytes_are_a_well_formed_mail() -> None:
    raw = to_bytes(message(), sent_at=NOW)
    mail = parsed(raw)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert parts(mail) == (message().text, message().html)
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<01J-d1@papers.example.org>"
    assert mail["To"] == "reader@example.org"
    assert not mail.defects
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_list_headers_stay_on_one_line_verbatim() -> None:
    raw = to_bytes(message(), sent_at=NOW)
    assert f"\r\nList-Unsubscribe: <https://papers.example.org/u/{'x' * 900}>\r\n".encode() in raw
    head = raw.split(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.startswith(b"List-") and b"=?" in line]


@given(st.text(max_size=90) | st.sampled_from(NASTY))
def test_no_subject_can_make_a_header(subject: str) -> None:
    mail = parsed(to_bytes(message(subject=subject), sent_at=NOW))
    assert set(mail.keys()) == set(parsed(to_bytes(message(), sent_at=NOW)).keys())
    assert mail["Subject"].split() == one_line(subject).split()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Plain Name", "Plain Name <a@example.org>"),
        ("Dot. Name", '"Dot. Name" <a@example.org>'),
        ("Evil\r\nBcc: x@example.org", '"Evil Bcc: x@example.org" <a@example.org>'),
        ('Say "hi"', '"Say \\"hi" <a@example.org>'),
        ("", "a@example.org"),
        ("论文日报", "=?utf-8?b?6K665paH5pel5oql?= <a@example.org>"),
    ],
)
def test_names_are_quoted_or_encoded(name: str, shown: str) -> None:
    assert mailbox(f"{name} <a@example.org>") == shown


def test_a_sender_that_is_two_is_refused() -> None:
    with pytest.raises(RenderError):
        mailbox("A <a@example.org>, B <b@example.org>")


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b\r\nc", "a b@example.org", "ä@example.org", "a@example.org, b@example.org",
     "a@" + "x" * 70 + ".org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(RenderError):
        bare_address(address)


def test_a_domain_in_another_script_is_encoded() -> None:
    assert bare_address("a@bücher.example") == "a@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "header",
    [("X-A", "a\nb"), ("X-A", "a\rb"), ("X-A", "a\x00"), ("X-A", "é"), ("X-A", "x" * 996),
     ("X A", "a"), ("X-A:", "a"), ("", "a"), ("X-A", "a\u2028b")],
)  # fmt: skip
def test_a_header_that_is_not_one_printable_line_is_refused(header: tuple[str, str]) -> None:
    with pytest.raises(RenderError):
        to_bytes(message(headers=(header,)), sent_at=NOW)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
def test_any_content_comes_back(content: str) -> None:
    assert parts(parsed(to_bytes(message(text=content, html=content), sent_at=NOW))) == (
        content,
        content,
    )


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(digests())
def test_every_digest_survives_the_trip(renderer: DigestRenderer, digest: Digest) -> None:
    made = renderer.render(digest, delivery_id="d1", links=LINKS)
    mail = parsed(to_bytes(made, sent_at=NOW))
    assert parts(mail) == (made.text, made.html)
    assert dict(made.headers).items() <= {key: str(mail[key]) for key in mail}.items()


def test_the_same_message_has_the_same_bytes() -> None:
    assert to_bytes(message(), sent_at=NOW) == to_bytes(message(), sent_at=NOW)
