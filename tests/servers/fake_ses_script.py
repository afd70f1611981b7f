"""What the fake SES does with one call: the words of a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.servers.fake_ses_http import Reply, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call's fate: whether the mail is accepted, and what the caller gets to see of it.

    Attributes:
        code, text: of a refusal, as SES writes them.
        body: instead of the JSON of the operation.
    """

    accept: bool = False
    status: int = 200
    code: str = ""
    text: str = ""
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    wire: Wire = Wire.REPLY

    def reply(self, value: Mapping[str, Any]) -> Reply:
        """Make the reply; ``value`` is what the operation says when all is well."""
        whole = Reply.of(value if self.status < 300 else {"message": self.text}, status=self.status)
        headers = self.headers
        if self.code:
            headers = (*headers, ("x-amzn-ErrorType", f"{self.code}:http://internal.example.org/"))
        body = whole.body if self.body is None else self.body
        return Reply(status=self.status, body=body, headers=headers, wire=self.wire)


def refuse(code: str, text: str = "Refused by script.", *, status: int = 400) -> Step:
    """Refuse the call with an SES error."""
    return Step(status=status, code=code, text=text)


OK = Step(accept=True)
THROTTLED = refuse("TooManyRequestsException", "Maximum sending rate exceeded.", status=429)
QUOTA = refuse("TooManyRequestsException", "Daily message quota exceeded.", status=429)
HANG = Step(wire=Wire.HANG)
HANG_AFTER_ACCEPT = Step(accept=True, wire=Wire.HANG)
RESET = Step(wire=Wire.RESET)
RESET_AFTER_ACCEPT = Step(accept=True, wire=Wire.RESET)
REPLY_LOST = Step(accept=True, wire=Wire.CLOSE)
REPLY_CUT = Step(accept=True, wire=Wire.CUT)
REPLY_WITHOUT_ID = Step(accept=True, body=b"{}")
REPLY_IS_HTML = Step(accept=True, body=b"<html><body>Welcome to the hotel</body></html>")
REPLY_IS_A_LIST = Step(accept=True, body=b"[1]")
REPLY_IS_NESTED = Step(accept=True, body=b'{"MessageId": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
ERROR_500 = refuse("InternalFailure", "Something went wrong.", status=500)
ERROR_500_AFTER_ACCEPT = Step(accept=True, status=500, code="InternalFailure")
ERROR_503 = refuse("ServiceUnavailable", "Try again later.", status=503)

STEPS: Mapping[str, Step] = {
    name.lower(): step for name, step in globals().items() if isinstance(step, Step)
}
"""The named steps, for scripts given over HTTP: ``ok``, ``throttled``, ``reset_after_accept`` …"""
