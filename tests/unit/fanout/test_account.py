"""The account is asked for its limits seldom, however many parcels there are."""

from dataclasses import replace

import pytest

from newsletter.errors import MailerThrottledError, MailerUnavailableError
from newsletter.fanout.account import KEPT_S, RememberingMailer, remembering
from newsletter.model import SendQuota
from tests.unit.delivery.scripted import MeteredMailer, ScriptedMailer

QUOTA = SendQuota(
    max_per_second=14.0,
    max_per_day=1000,
    sent_last_day=10,
    sending_enabled=True,
    production_access=True,
)


class Provider:
    """Answer what is next in a list, the last of it for ever."""

    def __init__(self, *answers: SendQuota | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.now_s = 0.0
        self.pauses: list[float] = []

    def ask(self) -> SendQuota:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def mailer(self) -> RememberingMailer:
        return RememberingMailer(
            ScriptedMailer(), self.ask, ticks=lambda: self.now_s, pause=self.pauses.append
        )


def test_many_parcels_ask_once_in_five_minutes() -> None:
    provider = Provider(QUOTA, replace(QUOTA, max_per_second=50.0))
    mailer = provider.mailer()
    assert {mailer.account().max_per_second for _ in range(100)} == {14.0}
    assert provider.asked == 1
    provider.now_s = 1.3 * KEPT_S
    assert mailer.account().max_per_second == 50.0
    assert provider.asked == 2


def test_who_is_told_to_ask_more_slowly_waits_and_asks_again() -> None:
    busy = MailerThrottledError("too many requests")
    provider = Provider(busy, busy, QUOTA)
    assert provider.mailer().account() == QUOTA
    assert len(provider.pauses) == 2
    assert provider.pauses[0] < provider.pauses[1] * 3


def test_one_who_never_answers_is_told_of_after_a_few_tries() -> None:
    provider = Provider(MailerThrottledError("too many requests"))
    with pytest.raises(MailerThrottledError):
        provider.mailer().account()
    assert provider.asked == 4


def test_the_last_answer_stands_where_there_is_no_new_one() -> None:
    provider = Provider(QUOTA, MailerUnavailableError("nobody answers"))
    mailer = provider.mailer()
    mailer.account()
    provider.now_s = 2 * KEPT_S
    assert mailer.account() == QUOTA


@pytest.mark.parametrize(
    "no", [replace(QUOTA, sending_enabled=False), replace(QUOTA, sent_last_day=1000)]
)
def test_an_answer_that_forbids_to_send_is_not_kept(no: SendQuota) -> None:
    provider = Provider(no, QUOTA)
    mailer = provider.mailer()
    assert mailer.account() == no
    assert mailer.account() == QUOTA


def test_a_mailer_without_an_account_stays_as_it_is() -> None:
    plain, metered = ScriptedMailer(), MeteredMailer()
    assert remembering(plain) is plain
    assert isinstance(remembering(metered), RememberingMailer)
