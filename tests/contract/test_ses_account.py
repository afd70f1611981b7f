"""What the SES mailer asks about the account, over real HTTP."""

from collections.abc import Iterator

import pytest

from newsletter.errors import MailerThrottledError, MailerUnavailableError
from newsletter.mailers.ses import SesMailer
from newsletter.mailers.ses_account import ConfigurationSet, EventDestination, SenderIdentity
from newsletter.mailers.ses_errors import NoAnswer
from tests.contract.test_ses_mailer import make_mailer, set_credentials
from tests.servers.fake_ses import FakeSes
from tests.servers.fake_ses_rules import CONFIGURATION_SET, DOMAIN, EVENT_TYPES
from tests.servers.fake_ses_script import (
    ERROR_500,
    HANG,
    REPLY_IS_A_LIST,
    REPLY_IS_HTML,
    RESET,
    THROTTLED,
    Step,
    refuse,
)

IDENTITY = f"/v2/email/identities/{DOMAIN}"
SET = f"/v2/email/configuration-sets/{CONFIGURATION_SET}"
DESTINATIONS = f"{SET}/event-destinations"
DENIED = refuse("AccessDeniedException", status=403)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSes]:
    with FakeSes() as server:
        yield server


@pytest.fixture(scope="module")
def mailer(server: FakeSes) -> Iterator[SesMailer]:
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        made = make_mailer(server.url, read_timeout_s=0.5)
        yield made
        made.close()


@pytest.fixture
def ses(server: FakeSes) -> FakeSes:
    server.forget()
    return server


def test_an_identity(ses: FakeSes, mailer: SesMailer) -> None:
    assert mailer.identity(DOMAIN) == SenderIdentity(
        name=DOMAIN,
        is_domain=True,
        is_verified=True,
        is_signed=True,
        dkim_status="SUCCESS",
        dkim_tokens=("tokenone", "tokentwo", "tokenthree"),
        dkim_key="RSA_2048_BIT",
        mail_from=f"bounce.{DOMAIN}",
        mail_from_status="SUCCESS",
        forwards_feedback=False,
    )


def test_an_address_is_asked_for_as_it_is(ses: FakeSes, mailer: SesMailer) -> None:
    address = f"digest+daily@{DOMAIN}"
    ses.account.identities[address] = {
        "IdentityType": "EMAIL_ADDRESS",
        "VerifiedForSendingStatus": True,
    }
    found = mailer.identity(address)
    assert isinstance(found, SenderIdentity)
    assert (found.name, found.is_domain) == (address, False)


def test_keys_of_our_own_have_no_tokens(ses: FakeSes, mailer: SesMailer) -> None:
    ses.account.identities[DOMAIN]["DkimAttributes"]["SigningAttributesOrigin"] = "EXTERNAL"
    found = mailer.identity(DOMAIN)
    assert isinstance(found, SenderIdentity)
    assert found.dkim_tokens == ()


def test_a_configuration_set(ses: FakeSes, mailer: SesMailer) -> None:
    destination = EventDestination(
        name="events", is_enabled=True, is_read=True, event_types=frozenset(EVENT_TYPES)
    )
    assert mailer.configuration_set() == ConfigurationSet(
        name=CONFIGURATION_SET,
        may_send=True,
        has_reputation_metrics=True,
        suppresses=frozenset({"BOUNCE", "COMPLAINT"}),
        destinations=(destination,),
    )


def test_what_is_not_there_is_no_error(ses: FakeSes, mailer: SesMailer) -> None:
    ses.account.configuration_sets.clear()
    assert mailer.identity("other.example.org") is NoAnswer.MISSING
    assert mailer.configuration_set() is NoAnswer.MISSING


def test_what_may_not_be_asked_is_no_error(ses: FakeSes, mailer: SesMailer) -> None:
    ses.script(DENIED, path=IDENTITY)
    assert mailer.identity(DOMAIN) is NoAnswer.DENIED
    for path in (SET, DESTINATIONS):
        ses.script(DENIED, path=path)
        assert mailer.configuration_set() is NoAnswer.DENIED


@pytest.mark.parametrize("step", [ERROR_500, RESET, HANG, REPLY_IS_HTML, REPLY_IS_A_LIST], ids=str)
def test_no_sensible_answer_can_be_asked_for_again(
    ses: FakeSes, mailer: SesMailer, step: Step
) -> None:
    ses.script(step, path=IDENTITY)
    ses.script(step, path=DESTINATIONS)
    with pytest.raises(MailerUnavailableError):
        mailer.identity(DOMAIN)
    with pytest.raises(MailerUnavailableError):
        mailer.configuration_set()
    assert ses.requests[f"GET {IDENTITY}"] == ses.requests[f"GET {DESTINATIONS}"] == 1


def test_a_busy_ses_says_so(ses: FakeSes, mailer: SesMailer) -> None:
    ses.script(THROTTLED, path=SET)
    with pytest.raises(MailerThrottledError):
        mailer.configuration_set()
