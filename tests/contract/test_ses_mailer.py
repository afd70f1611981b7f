"""The SES mailer over real HTTP, when all is well, and what it asks of its settings."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from newsletter.errors import (
    ConfigurationError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    QuotaExceededError,
)
from newsletter.mailers.ses import SesMailer, SesOptions
from newsletter.model import Envelope, SendQuota
from tests.factories import NOW
from tests.servers.fake_ses import ACCOUNT, FakeSes
from tests.servers.fake_ses_script import ERROR_500, OK, RESET, Step, refuse

RAW = b"From: digest@papers.example.org\r\nSubject: \xe2\x82\xac\r\n\r\n.\r\nbody \x01\xff\r\n"


def set_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented keys, and nothing of the machine's own AWS settings."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setenv("NO_PROXY", "*")


def make_mailer(
    url: str,
    *,
    read_timeout_s: float = 5.0,
    connect_timeout_s: float = 2.0,
    configuration_set: str = "newsletter",
) -> SesMailer:
    options = SesOptions(
        configuration_set=configuration_set,
        region="eu-west-1",
        endpoint_url=url,
        read_timeout_s=read_timeout_s,
        connect_timeout_s=connect_timeout_s,
    )
    return SesMailer(options, clock=lambda: NOW)


def envelope(number: int = 1, **fields: object) -> Envelope:
    values: dict[str, object] = {
        "delivery_id": f"delivery-{number}",
        "issue_id": "2026-11-20-daily",
        "attempt": 1,
        "sender": "digest@papers.example.org",
        "recipient": f"reader{number}@example.org",
        "raw": RAW,
    }
    return Envelope(**(values | fields))  # type: ignore[arg-type]  # fields of any type, by name


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
    made = make_mailer(server.url)
    yield made
    made.close()


@pytest.fixture
def ses(server: FakeSes) -> FakeSes:
    server.forget()
    return server


class TestSend:
    def test_the_bytes_arrive_as_they_were_built(self, ses: FakeSes, mailer: SesMailer) -> None:
        mailer.send(envelope())
        assert ses.outbox[0].raw == RAW

    def test_the_receipt_names_the_mail_as_ses_does(self, ses: FakeSes, mailer: SesMailer) -> None:
        receipt = mailer.send(envelope())
        assert receipt.provider_id == ses.outbox[0].message_id
        assert receipt.accepted_at == NOW

    def test_sender_recipient_tags_and_configuration_set_are_explicit(
        self, ses: FakeSes, mailer: SesMailer
    ) -> None:
        mailer.send(envelope(7, attempt=3))
        mail = ses.outbox[0]
        assert (mail.sender, mail.recipients) == (
            "digest@papers.example.org",
            ("reader7@example.org",),
        )
        assert mail.tags == {
            "delivery_id": "delivery-7",
            "issue": "2026-11-20-daily",
            "attempt": "3",
        }
        assert mail.configuration_set == "newsletter"

    @pytest.mark.parametrize("bad", ["", "a b", "ä", "a:b", "x" * 257, "a\n"])
    def test_a_tag_that_ses_refuses_is_refused_before_a_request(
        self, ses: FakeSes, mailer: SesMailer, bad: str
    ) -> None:
        with pytest.raises(MessageRejectedError, match="delivery id"):
            mailer.send(envelope(delivery_id=bad))
        assert ses.posts == 0

    def test_many_threads_share_one_mailer(self, ses: FakeSes, mailer: SesMailer) -> None:
        with ThreadPoolExecutor(16) as pool:
            receipts = list(pool.map(lambda number: mailer.send(envelope(number)), range(200)))
        assert {mail.delivery_id for mail in ses.outbox} == {f"delivery-{n}" for n in range(200)}
        by_id = {mail.message_id: mail.recipients[0] for mail in ses.outbox}
        assert [by_id[receipt.provider_id] for receipt in receipts] == [
            f"reader{number}@example.org" for number in range(200)
        ]
        assert ses.posts == 200


class TestWhatSesRefusesByItself:
    def test_the_sandbox_names_the_fix_and_no_address(
        self, ses: FakeSes, mailer: SesMailer
    ) -> None:
        ses.account.production_access = False
        with pytest.raises(MailerStoppedError, match="production access") as caught:
            mailer.send(envelope())
        assert "@" not in str(caught.value)
        ses.account.verified.add("reader1@example.org")
        mailer.send(envelope())

    def test_a_configuration_set_that_is_not_there(self, ses: FakeSes) -> None:
        mailer = make_mailer(ses.url, configuration_set="other")
        with pytest.raises(MailerStoppedError, match=r"mailer\.configuration_set"):
            mailer.send(envelope())
        mailer.close()

    def test_a_paused_account(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.sending_enabled = False
        with pytest.raises(MailerStoppedError, match="resume"):
            mailer.send(envelope())

    def test_the_daily_quota(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.max_per_day = 1
        mailer.send(envelope(1))
        with pytest.raises(QuotaExceededError):
            mailer.send(envelope(2))

    def test_the_rate(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.max_per_second, ses.account.strict = 0, True
        with pytest.raises(MailerThrottledError):
            mailer.send(envelope())
        assert ses.outbox == []


class TestAccount:
    def test_limits_and_switches_are_read(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.sent_last_day = 10
        mailer.send(envelope())
        assert mailer.account() == SendQuota(
            max_per_second=14.0,
            max_per_day=50_000,
            sent_last_day=11,
            sending_enabled=True,
            production_access=True,
            standing="HEALTHY",
        )

    def test_no_daily_limit(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.max_per_day = -1
        assert mailer.account().max_per_day is None
        assert mailer.account().left_today is None

    def test_what_is_left_is_never_negative(self, ses: FakeSes, mailer: SesMailer) -> None:
        ses.account.sent_last_day = 60_000
        assert mailer.account().left_today == 0

    @pytest.mark.parametrize(
        "step",
        [
            ERROR_500,
            RESET,
            Step(body=b"{}"),
            Step(body=b'{"SendQuota": []}'),
            Step(body=b'{"SendQuota": {"MaxSendRate": 1.0}}'),
            Step(body=b'{"SendQuota": {"MaxSendRate": NaN, "Max24HourSend": 1.0}}'),
            Step(body=b"<html>"),
        ],
        ids=str,
    )
    def test_no_sensible_answer_can_be_asked_for_again(
        self, ses: FakeSes, mailer: SesMailer, step: Step
    ) -> None:
        ses.script(step, path=ACCOUNT)
        with pytest.raises(MailerUnavailableError):
            mailer.account()
        assert ses.requests[f"GET {ACCOUNT}"] == 1

    @pytest.mark.parametrize(
        "step", [refuse("AccessDeniedException", status=403), refuse("BadRequestException")]
    )
    def test_a_refusal_stops(self, ses: FakeSes, mailer: SesMailer, step: Step) -> None:
        ses.script(step, path=ACCOUNT)
        with pytest.raises(MailerStoppedError):
            mailer.account()

    def test_a_script_of_one_path_is_not_used_up_by_another(
        self, ses: FakeSes, mailer: SesMailer
    ) -> None:
        ses.script(refuse("BadRequestException"), path=ACCOUNT)
        ses.script(OK)
        mailer.send(envelope())
        with pytest.raises(MailerStoppedError):
            mailer.account()


class TestOptions:
    @pytest.mark.parametrize("name", ["", " ", "a b", "x" * 65, "ä", "a\n"])
    def test_a_configuration_set_is_mandatory(self, name: str) -> None:
        with pytest.raises(ConfigurationError, match=r"mailer\.configuration_set"):
            SesOptions(configuration_set=name)

    def test_no_region_anywhere_is_told_with_the_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(ConfigurationError, match=r"mailer\.region"):
            SesMailer(SesOptions(configuration_set="newsletter"))

    def test_an_address_that_is_none_is_told_with_the_key(self) -> None:
        with pytest.raises(ConfigurationError, match=r"mailer\.endpoint_url"):
            make_mailer("not an address")
