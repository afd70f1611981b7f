"""Signing up: the same answer for everybody, one mail a day, nothing typed is lost."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from newsletter.web.app import create_app
from newsletter.web.forms import Form
from newsletter.web.preference_form import read_preference_form
from newsletter.web.subscribe import TRAP, with_house_topics
from subscribers.model import Frequency, SubscriberState
from subscribers.suppression import SuppressionReason
from tests.factories import NOW, make_subscriber
from tests.web_site import (
    WebSite,
    heading,
    hidden_fields,
    html_of,
    open_site,
    path_in,
    text_of,
)

ADDRESS = "reader@example.org"


def test_a_person_signs_up_confirms_and_is_a_reader(site: WebSite) -> None:
    answer = site.subscribe(ADDRESS, keywords="sparse attention\nKV cache:0.5", frequency="weekly")
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe/sent")
    pending = site.store.subscribers.find(ADDRESS)
    assert pending is not None
    assert pending.state is SubscriberState.PENDING
    link = path_in(site.last_mail(), "/c/")
    assert site.store.subscribers.find(ADDRESS) == pending
    assert "Confirm" in site.client.get(link).text
    assert site.store.subscribers.find(ADDRESS) == pending
    assert heading(site.client.post(link)) == "You are subscribed"
    reader = site.store.subscribers.find(ADDRESS)
    assert reader is not None
    assert reader.state is SubscriberState.ACTIVE
    assert [keyword.phrase for keyword in reader.interests.keywords] == [
        "sparse attention",
        "KV cache",
    ]
    assert reader.cadence.frequency is Frequency.WEEKLY
    assert heading(site.client.post(link)) == "You are subscribed"
    assert site.send_mails() == 1
    assert site.last_mail()["Subject"] == "Welcome to arXiv Digest"


@pytest.mark.parametrize(
    "state", [None, *SubscriberState], ids=lambda state: str(state or "unknown")
)
def test_the_answer_is_the_same_whoever_it_is(site: WebSite, state: SubscriberState | None) -> None:
    if state is not None:
        site.store.subscribers.add(make_subscriber(address=ADDRESS, state=state))
    answer = site.subscribe(ADDRESS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe/sent")
    assert answer.text == ""


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        (None, "Please confirm: arXiv Digest"),
        (SubscriberState.PENDING, "Please confirm: arXiv Digest"),
        (SubscriberState.UNSUBSCRIBED, "Please confirm: arXiv Digest"),
        (SubscriberState.ACTIVE, "Your link to arXiv Digest"),
        (SubscriberState.PAUSED, "Your link to arXiv Digest"),
        (SubscriberState.SUPPRESSED, None),
    ],
)
def test_the_mail_is_the_one_that_helps(
    site: WebSite, state: SubscriberState | None, subject: str | None
) -> None:
    if state is not None:
        site.store.subscribers.add(make_subscriber(address=ADDRESS, state=state))
    site.subscribe(ADDRESS)
    site.send_mails()
    assert [mail["Subject"] for mail in site.mails()] == ([subject] if subject else [])


def test_nobody_can_mail_a_victim_again_and_again(site: WebSite) -> None:
    for number in range(60):
        answer = site.subscribe(ADDRESS if number % 2 else ADDRESS.upper())
        assert answer.headers["location"] == "/subscribe/sent"
    site.send_mails()
    assert len(site.mails()) == 1


def test_the_next_day_there_may_be_another_mail(site: WebSite) -> None:
    site.subscribe(ADDRESS)
    site.send_mails()
    site.clock.move(hours=25)
    site.subscribe(ADDRESS)
    assert site.send_mails() == 1


def test_a_confirmation_mail_has_nothing_in_it_that_somebody_typed(site: WebSite) -> None:
    site.subscribe(ADDRESS, keywords="BUY NOW", authors="Evil Author", exclude="spamword")
    mail = site.last_mail()
    for words in ("BUY NOW", "Evil Author", "spamword"):
        assert words not in text_of(mail) + html_of(mail)


def test_suppressed_and_erased_addresses_get_nothing(site: WebSite) -> None:
    site.store.suppressions.suppress(ADDRESS, SuppressionReason.ERASED, now=NOW)
    answer = site.subscribe(ADDRESS)
    assert answer.headers["location"] == "/subscribe/sent"
    assert site.send_mails() == 0
    assert site.store.subscribers.find(ADDRESS) is None


def test_a_program_that_fills_in_the_hidden_field_gets_the_same_answer_and_no_mail(
    site: WebSite,
) -> None:
    answer = site.subscribe(ADDRESS, **{TRAP: "https://spam.example"})
    assert answer.headers["location"] == "/subscribe/sent"
    assert site.send_mails() == 0
    assert site.store.subscribers.find(ADDRESS) is None


def test_a_form_sent_at_once_must_be_sent_again_and_keeps_what_was_typed(site: WebSite) -> None:
    page = site.client.get("/subscribe")
    data = {**hidden_fields(page.text), "address": ADDRESS, "keywords": "rare <word>"}
    quick = site.client.post("/subscribe", data=data)
    assert quick.status_code == 422
    assert "press the button once more" in quick.text
    assert "rare &lt;word&gt;</textarea>" in quick.text
    site.clock.move(seconds=3)
    again = site.client.post("/subscribe", data=data | dict(hidden_fields(quick.text)))
    assert again.status_code == 303


def test_a_stamp_of_somebody_elses_making_does_not_pass(site: WebSite) -> None:
    answer = site.client.post("/subscribe", data={"stamp": "1.abc", "address": ADDRESS})
    assert answer.status_code == 422


def test_the_short_form_of_another_page_leads_to_the_long_one(site: WebSite) -> None:
    answer = site.client.post("/subscribe", data={"address": ADDRESS, "keywords": "KV cache"})
    assert answer.status_code == 200
    assert f'value="{ADDRESS}"' in answer.text
    assert "KV cache</textarea>" in answer.text
    assert site.store.subscribers.find(ADDRESS) is None


WRONG = {
    "address": "no address",
    "keywords": "attention:7",
    "categories": "cs.XX",
    "authors": "A" * 201,
    "exclude": "x" * 300,
    "seed_papers": "not a paper",
    "max_papers": "0",
    "frequency": "hourly",
    "weekday": "someday",
    "send_at": "25:00",
    "timezone": "Mars/Base",
    "language": "!!",
}


@pytest.mark.parametrize("field", WRONG)
def test_an_error_stands_beside_its_field_and_nothing_is_lost(site: WebSite, field: str) -> None:
    answer = site.subscribe(**{"address": ADDRESS, "keywords": "kept words", field: WRONG[field]})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert re.findall(r'id="(\w+)-error"', answer.text) == [field]
    if field != "address":
        assert f'value="{ADDRESS}"' in answer.text
    if field not in ("keywords", "categories", "frequency", "weekday"):
        assert "kept words</textarea>" in answer.text
        assert WRONG[field] in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("max_papers", "700", "Write a number from 1 to 50."),
        ("min_score", "-1", "Write a number of 0 or more."),
        ("keywords", "w" * 300, None),
        ("timezone", "Europe/Berln", "&#39;Europe/Berln&#39; is no time zone; did you mean"),
    ],
)
def test_an_error_is_one_sentence_without_inner_names(
    site: WebSite, field: str, value: str, sentence: str | None
) -> None:
    shown = site.subscribe(**{"address": ADDRESS, field: value}).text
    found = re.search(rf'id="{field}-error" dir="auto">([^<]*)</p>', shown)
    assert found is not None
    assert found[1].startswith(sentence or "&#39;www")
    assert "_" not in found[1]
    assert ". " not in found[1]


def test_errors_are_in_the_visitors_language(site: WebSite) -> None:
    data = {"stamp": site.stamp(), "address": "x"}
    answer = site.client.post("/subscribe?lang=zh-Hans", data=data)
    assert "这不是可以收信的邮箱地址。" in answer.text
    assert "is not an address" not in answer.text


def test_ten_thousand_keywords_are_refused_beside_the_field(site: WebSite) -> None:
    answer = site.subscribe(ADDRESS, keywords="\n".join(f"word {n}" for n in range(10_000)))
    assert answer.status_code == 422
    assert 'id="keywords-error"' in answer.text


def test_throw_away_domains_are_refused_where_the_settings_say_so(tmp_path: Path) -> None:
    with open_site(tmp_path, NEWSLETTER_WEB__REFUSED_DOMAINS="trash.example") as site:
        assert site.subscribe("a@trash.example").status_code == 422
        assert site.subscribe("a@sub.Trash.Example").status_code == 422
        assert site.subscribe("a@nottrash.example").status_code == 303


def test_a_network_that_asks_too_often_is_told_so(tmp_path: Path) -> None:
    with open_site(tmp_path, NEWSLETTER_WEB__REQUESTS_PER_NETWORK="2") as site:
        for number in range(2):
            assert site.subscribe(f"r{number}@example.org").status_code == 303
        refused = site.subscribe("r3@example.org")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1


def test_every_answer_takes_as_long_as_the_slowest(site: WebSite) -> None:
    web = create_app(site.site.app, site.store, answer_takes_s=0.2)
    client = TestClient(web, base_url="https://papers.example.org", follow_redirects=False)
    stamp = site.stamp()
    started_s = time.monotonic()
    client.post("/subscribe", data={"stamp": stamp, "address": ADDRESS})
    assert time.monotonic() - started_s >= 0.2


def test_a_form_without_topics_gets_the_houses(site: WebSite) -> None:
    site.subscribe(ADDRESS)
    reader = site.store.subscribers.find(ADDRESS)
    assert reader is not None
    assert reader.interests == site.site.app.house.interests


def test_in_a_form_with_a_topic_what_is_blank_is_none() -> None:
    form = Form(fields=(("keywords", "attention"), ("authors", ""), ("exclude", "")))
    read = with_house_topics(read_preference_form(form, blank_is_none=True))
    assert read.preferences.categories == ()


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_form(text: str) -> None:
    names = ("keywords", "authors", "exclude", "seed_papers", "timezone", "send_at", "language")
    form = Form(fields=tuple((name, text) for name in names))
    read = read_preference_form(form, blank_is_none=True)
    assert {*read.typed} == {*names}
