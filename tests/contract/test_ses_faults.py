"""What the SES mailer makes of each answer, over real HTTP: one request, one meaning."""

from collections.abc import Iterator

import pytest

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
    QuotaExceededError,
    SendingPausedError,
)
from newsletter.mailers.ses import SesMailer
from newsletter.mailers.ses_errors import CODES
from tests.contract.test_ses_mailer import envelope, make_mailer, set_credentials
from tests.servers import fake_ses_script as script
from tests.servers.fake_ses import FakeSes
from tests.servers.fake_ses_script import Step, refuse


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        yield patch


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSes]:
    with FakeSes() as server:
        yield server


@pytest.fixture(scope="module")
def mailer(server: FakeSes, credentials: pytest.MonkeyPatch) -> Iterator[SesMailer]:
    made = make_mailer(server.url, read_timeout_s=20)
    yield made
    made.close()


@pytest.fixture(scope="module")
def impatient(server: FakeSes, credentials: pytest.MonkeyPatch) -> Iterator[SesMailer]:
    made = make_mailer(server.url, read_timeout_s=0.5)
    yield made
    made.close()


@pytest.fixture
def ses(server: FakeSes) -> FakeSes:
    server.forget()
    return server


REFUSALS = [
    (script.THROTTLED, MailerThrottledError),
    (refuse("Throttling", "Maximum sending rate exceeded.", status=400), MailerThrottledError),
    (refuse("ThrottlingException", "Rate exceeded", status=400), MailerThrottledError),
    (script.QUOTA, QuotaExceededError),
    (refuse("Throttling", "Daily message quota exceeded.", status=400), QuotaExceededError),
    (refuse("LimitExceededException", status=400), QuotaExceededError),
    (refuse("SendingPausedException"), SendingPausedError),
    (refuse("AccountSuspendedException"), SendingPausedError),
    (refuse("MailFromDomainNotVerifiedException"), MailerStoppedError),
    (refuse("NotFoundException", status=404), MailerStoppedError),
    (refuse("AccessDeniedException", status=403), MailerStoppedError),
    (refuse("ExpiredTokenException", status=403), MailerStoppedError),
    (refuse("InvalidSignatureException", status=403), MailerStoppedError),
    (refuse("SignatureDoesNotMatch", status=403), MailerStoppedError),
    (refuse("MessageRejected", "Email address is not verified."), MailerStoppedError),
    (refuse("MessageRejected", "Illegal content."), MessageRejectedError),
    (refuse("BadRequestException", "Bad."), MessageRejectedError),
]


@pytest.mark.parametrize(
    ("step", "expected"), REFUSALS, ids=lambda value: getattr(value, "code", "")
)
def test_a_refusal_is_definite_and_asked_for_once(
    ses: FakeSes, mailer: SesMailer, step: Step, expected: type[MailerError]
) -> None:
    ses.script(step)
    with pytest.raises(expected) as caught:
        mailer.send(envelope())
    assert type(caught.value) is expected
    assert (ses.posts, len(ses.outbox)) == (1, 0)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_table_is_asked_for_once_over_the_wire(
    ses: FakeSes, mailer: SesMailer, code: str
) -> None:
    ses.script(refuse(code, status=429 if code.startswith("Throttl") else 400))
    with pytest.raises(CODES[code].error):
        mailer.send(envelope())
    assert ses.posts == 1


UNKNOWN = {
    "reset, not accepted": (script.RESET, 0),
    "reset, accepted": (script.RESET_AFTER_ACCEPT, 1),
    "reply lost": (script.REPLY_LOST, 1),
    "reply cut": (script.REPLY_CUT, 1),
    "reply without id": (script.REPLY_WITHOUT_ID, 1),
    "reply of somebody else": (script.REPLY_IS_HTML, 1),
    "reply is a list": (script.REPLY_IS_A_LIST, 1),
    "reply is nested": (script.REPLY_IS_NESTED, 1),
    "500, not accepted": (script.ERROR_500, 0),
    "500, accepted": (script.ERROR_500_AFTER_ACCEPT, 1),
    "502": (refuse("", status=502), 0),
    "503": (script.ERROR_503, 0),
    "504": (refuse("", status=504), 0),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_outcome_nobody_can_tell_is_unknown_and_never_repeated(
    ses: FakeSes, mailer: SesMailer, name: str
) -> None:
    step, accepted = UNKNOWN[name]
    ses.script(step)
    with pytest.raises(OutcomeUnknownError):
        mailer.send(envelope())
    assert (ses.posts, len(ses.outbox)) == (1, accepted)


@pytest.mark.parametrize(("step", "accepted"), [(script.HANG, 0), (script.HANG_AFTER_ACCEPT, 1)])
def test_a_read_timeout_is_unknown_and_the_next_mail_goes_out(
    ses: FakeSes, impatient: SesMailer, step: Step, accepted: int
) -> None:
    ses.script(step)
    with pytest.raises(OutcomeUnknownError, match="ReadTimeoutError"):
        impatient.send(envelope(1))
    assert (ses.posts, len(ses.outbox)) == (1, accepted)
    impatient.send(envelope(2))
    assert ses.posts == 2


@pytest.mark.parametrize("name", UNKNOWN)
def test_the_next_mail_goes_out_after_any_fault(ses: FakeSes, mailer: SesMailer, name: str) -> None:
    ses.script(UNKNOWN[name][0])
    with pytest.raises(OutcomeUnknownError):
        mailer.send(envelope(1))
    mailer.send(envelope(2))
    assert ses.outbox[-1].delivery_id == "delivery-2"
    assert ses.posts == 2


def test_a_connection_that_went_stale_between_two_mails_is_not_sent_twice(
    ses: FakeSes, mailer: SesMailer
) -> None:
    """The first reply is lost after a mail that went well: the pool must not repeat the second."""
    mailer.send(envelope(1))
    ses.script(script.REPLY_LOST)
    with pytest.raises(OutcomeUnknownError):
        mailer.send(envelope(2))
    assert [mail.delivery_id for mail in ses.outbox] == ["delivery-1", "delivery-2"]


def test_nobody_listening_is_definite(ses: FakeSes) -> None:
    with FakeSes() as gone:
        url = gone.url
    mailer = make_mailer(url)
    with pytest.raises(MailerUnavailableError):
        mailer.send(envelope())
    mailer.close()


def test_a_name_that_does_not_resolve_is_definite() -> None:
    mailer = make_mailer("http://nowhere.invalid:8025")
    with pytest.raises(MailerUnavailableError):
        mailer.send(envelope())
    mailer.close()


def test_no_credentials_stop_everything_before_a_request(
    ses: FakeSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    mailer = make_mailer(ses.url)
    with pytest.raises(MailerStoppedError, match="give AWS credentials"):
        mailer.send(envelope())
    assert ses.posts == 0
    mailer.close()
