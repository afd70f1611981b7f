"""A reader's own page: two windows, a pause, another address, votes."""

import re
from datetime import date

import pytest

from subscribers.model import Frequency, Subscriber, SubscriberState
from tests.factories import make_paper
from tests.web_site import WebSite, heading, hidden_fields, path_in, text_of

ADDRESS = "reader@example.org"


def reader(site: WebSite, address: str = ADDRESS) -> Subscriber:
    found = site.store.subscribers.find(address)
    assert found is not None
    return found


def form_of(page: str) -> dict[str, str]:
    """The fields of the page's main form, as a browser would send them unchanged."""
    areas = re.findall(r'<textarea id="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    fields = dict(areas) | {"revision": hidden_fields(page)["revision"]}
    for name in ("send_at", "timezone", "max_papers", "min_score"):
        fields[name] = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]  # type: ignore[index]  # it is there
    for name in ("frequency", "weekday", "language"):
        block = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)[0]  # type: ignore[index]  # it is there
        fields[name] = re.search(r'value="([^"]*)"[^>]* selected', block)[1]  # type: ignore[index]  # one is
    return fields


def test_saving_the_form_as_it_is_changes_nothing_but_the_revision(site: WebSite) -> None:
    page = site.become_reader(
        keywords="a; b:0.5\nc:-1", authors="Ada Lovelace", timezone="Asia/Tokyo"
    )
    before = reader(site)
    form = form_of(site.client.get(page).text) | {"announce_types": ["new", "cross"]}
    answer = site.client.post(page, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?done=saved")
    after = reader(site)
    assert after.revision == before.revision + 1
    assert (after.interests, after.cadence, after.timezone, after.language) == (
        before.interests,
        before.cadence,
        before.timezone,
        before.language,
    )


def test_choices_are_saved_and_blank_lists_choose_nothing(site: WebSite) -> None:
    page = site.become_reader(keywords="old words")
    form = form_of(site.client.get(page).text)
    form |= {"keywords": "", "categories": "cs.CL", "announce_types": "new", "frequency": "weekly"}
    form["seed_papers"] = "https://arxiv.org/abs/2411.01234v2\n@misc{k, eprint={hep-th/9901001}}"
    assert site.client.post(page, data=form).status_code == 303
    saved = reader(site)
    assert saved.interests.keywords == ()
    assert saved.interests.categories == ("cs.CL",)
    assert saved.interests.seed_papers == ("2411.01234", "hep-th/9901001")
    assert saved.cadence.frequency is Frequency.WEEKLY
    assert "Saved." in site.client.get(f"{page}?done=saved").text


def test_the_second_of_two_windows_is_told_and_keeps_what_was_typed(site: WebSite) -> None:
    page = site.become_reader(keywords="first")
    form = form_of(site.client.get(page).text) | {"announce_types": "new"}
    assert site.client.post(page, data=form | {"keywords": "window one"}).status_code == 303
    answer = site.client.post(page, data=form | {"keywords": "window two"})
    assert answer.status_code == 409
    assert "window two</textarea>" in answer.text
    assert '<a href="#keywords">' in answer.text
    assert [k.phrase for k in reader(site).interests.keywords] == ["window one"]
    again = form | {"keywords": "window two", "revision": hidden_fields(answer.text)["revision"]}
    assert site.client.post(page, data=again).status_code == 303
    assert [k.phrase for k in reader(site).interests.keywords] == ["window two"]


@pytest.mark.parametrize("revision", ["", "x", "9" * 50, "-1", "²"])
def test_a_form_without_a_revision_is_not_saved(site: WebSite, revision: str) -> None:
    page = site.become_reader()
    form = form_of(site.client.get(page).text) | {"announce_types": "new", "revision": revision}
    before = reader(site)
    assert site.client.post(page, data=form).status_code == 409
    assert reader(site) == before


def test_errors_stand_beside_their_fields(site: WebSite) -> None:
    page = site.become_reader()
    form = form_of(site.client.get(page).text)
    answer = site.client.post(page, data=form | {"seed_papers": "no paper", "timezone": "Mars"})
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', answer.text) == [
        "timezone",
        "seed_papers",
        "announce_types",
    ]
    assert "no paper</textarea>" in answer.text


def test_a_pause_ends_on_its_day(site: WebSite) -> None:
    page = site.become_reader(timezone="Asia/Tokyo")
    assert site.client.post(f"{page}/pause", data={"until": "2026-12-01"}).status_code == 303
    paused = reader(site)
    assert (paused.state, paused.paused_until) == (SubscriberState.PAUSED, date(2026, 12, 1))
    assert "Paused until Tue 1 Dec 2026" in site.client.get(page).text
    site.clock.move(days=10)
    site.office.do_chores()
    assert reader(site).state is SubscriberState.PAUSED
    site.clock.move(hours=9)
    site.office.do_chores()
    assert reader(site).state is SubscriberState.ACTIVE


@pytest.mark.parametrize(
    "until", ["2026-11-20", "2020-01-01", "2099-01-01", "tomorrow", "2026-13-01"]
)
def test_a_pause_to_no_good_day_is_an_error_beside_the_field(site: WebSite, until: str) -> None:
    page = site.become_reader()
    answer = site.client.post(f"{page}/pause", data={"until": until})
    assert answer.status_code == 422
    assert re.search(
        r'id="until-error" dir="auto">Choose a day after today, at most \d+ days from now.</p>',
        answer.text,
    )
    assert f'value="{until}"' in answer.text
    assert reader(site).state is SubscriberState.ACTIVE


def test_a_pause_without_a_day_lasts_until_it_is_ended(site: WebSite) -> None:
    page = site.become_reader()
    site.client.post(f"{page}/pause", data={"until": ""})
    site.clock.move(days=300)
    site.office.do_chores()
    paused = reader(site)
    assert paused.state is SubscriberState.PAUSED
    page = site.office.links.preferences(paused).removeprefix(site.office.links.base)
    site.client.post(f"{page}/resume")
    assert reader(site).state is SubscriberState.ACTIVE


def test_a_link_that_expired_gets_a_new_one_to_the_same_address(site: WebSite) -> None:
    page = site.become_reader()
    site.clock.move(days=31)
    expired = site.client.get(page)
    assert expired.status_code == 410
    assert "It was good until 1 day ago." in expired.text
    renewed = site.client.post("/renew", data=dict(hidden_fields(expired.text)))
    assert renewed.status_code == 303
    mail = site.last_mail()
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "Your link to arXiv Digest")
    assert site.client.get(path_in(mail, "/p/")).status_code == 200


def test_renewing_says_nothing_about_readers_who_are_gone(site: WebSite) -> None:
    page = site.become_reader()
    token = page.removeprefix("/p/")
    site.clock.move(days=31)
    site.store.subscribers.remove(reader(site).id)
    answer = site.client.post("/renew", data={"token": token, "purpose": "manage"})
    assert (answer.status_code, site.send_mails()) == (303, 0)
    assert site.client.post("/renew", data={"token": "x", "purpose": "manage"}).status_code == 404
    assert site.client.post("/renew", data={"token": token, "purpose": "view"}).status_code == 404


def test_votes_are_shown_and_can_be_taken_back(site: WebSite) -> None:
    page = site.become_reader()
    site.store.papers.save_announcement([make_paper(1, title="On <votes>")], [])
    token = site.office.links.vote_token(reader(site))
    assert heading(site.client.post(f"/f/{token}/less/2611.00001")) == "Less like this: noted"
    shown = site.client.get(page).text
    assert "On &lt;votes&gt;" in shown
    assert site.client.post(f"{page}/vote", data={"paper": "2611.00001"}).status_code == 303
    assert site.store.feedback.of_reader(reader(site).id, limit=9) == ()


def test_who_left_cannot_tune_with_an_old_link(site: WebSite) -> None:
    page = site.become_reader()
    site.client.post(site.office.links.unsubscribe(reader(site)))
    shown = site.client.get(page)
    assert "This subscription has ended." in shown.text
    for path in ("", "/pause", "/resume", "/move", "/vote"):
        assert site.client.post(f"{page}{path}").status_code == 409
    assert reader(site).state is SubscriberState.UNSUBSCRIBED


def test_the_page_can_be_had_in_another_language(site: WebSite) -> None:
    page = site.become_reader(language="zh-Hans")
    assert heading(site.client.get(page)) == "我的订阅"
    english = site.client.get(f"{page}?lang=en")
    assert heading(english) == "My digest"
    assert "Your digest comes every day" in english.text
    assert "欢迎订阅" in site.mails()[-1]["Subject"]
    assert "订阅" in text_of(site.mails()[-1])
