"""Mails through the SES API, over real HTTP to a fake."""

from collections.abc import Iterator

import pytest

from newsletter.mailers.ses import SesMailer, SesOptions
from newsletter.ports import Mailer
from tests.contract.mailers.mailer import HandedOver, MailerContract
from tests.contract.test_ses_mailer import set_credentials
from tests.servers.fake_ses import FakeSes


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSes]:
    with FakeSes() as server:
        yield server


@pytest.fixture(scope="module")
def shared_mailer(server: FakeSes) -> Iterator[SesMailer]:
    options = SesOptions(
        configuration_set="newsletter", region="eu-west-1", endpoint_url=server.url
    )
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        mailer = SesMailer(options)
        yield mailer
        mailer.close()


@pytest.fixture
def mailer(server: FakeSes, shared_mailer: SesMailer) -> Mailer:
    server.forget()
    return shared_mailer


@pytest.fixture
def handed_over(server: FakeSes) -> HandedOver:
    return lambda: [mail.raw for mail in server.outbox]


class TestSes(MailerContract):
    """``SesMailer`` is a ``Mailer``."""
