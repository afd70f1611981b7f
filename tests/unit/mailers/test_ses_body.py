"""The mail in its request: as the SDK itself would have written it."""

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import MailerStoppedError
from newsletter.mailers.ses_body import PLACEHOLDER, MailBody


def written(**fields: Any) -> dict[str, Any]:
    """Return a request as the SDK writes it, with the placeholder in it."""
    mail = {"Content": {"Raw": {"Data": b64encode(PLACEHOLDER).decode()}}}
    return {"body": json.dumps(fields | mail).encode(), "method": "POST"}


@given(st.binary(max_size=300), st.text(max_size=40))
def test_the_mail_takes_the_place_of_its_placeholder(raw: bytes, other: str) -> None:
    body, params = MailBody(), written(From=other)
    body.raw = raw
    body.fill(params)
    read = json.loads(params["body"])
    assert b64decode(read["Content"]["Raw"]["Data"]) == raw
    assert read["From"] == other
    assert params["method"] == "POST"


@pytest.mark.parametrize("params", [{}, {"body": b"{}"}, {"body": "text"}])
def test_a_request_without_a_place_for_the_mail_is_not_posted(params: dict[str, Any]) -> None:
    with pytest.raises(MailerStoppedError, match="boto3"):
        MailBody().fill(params)


def test_a_field_cannot_pass_for_the_place_of_the_mail() -> None:
    quoted = f'"{b64encode(PLACEHOLDER).decode()}"'
    body, params = MailBody(), written(From=quoted)
    body.raw = b"mail"
    body.fill(params)
    assert json.loads(params["body"])["From"] == quoted
