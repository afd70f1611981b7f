"""What every answer says, and what is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from newsletter.bootstrap import App
from newsletter.config import Secrets, load_settings
from newsletter.errors import ConfigurationError
from newsletter.web.app import create_app
from newsletter.web.clients import ClientFinder
from newsletter.web.security import is_one_click, is_token_path, refuse_default_secrets
from tests.factories import make_subscriber
from tests.web_site import WebSite, environment

TOKEN = "A" * 50


@pytest.mark.parametrize("path", ["/", "/subscribe", f"/c/{TOKEN}", "/nowhere", "/health", "/i"])
def test_every_answer_has_the_headers(site: WebSite, path: str) -> None:
    headers = site.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in headers


ROOMS = ("c", "d", "e", "m", "p", "u", "undo", "v")


@pytest.mark.parametrize(
    "path", [*(f"/{room}/{TOKEN}" for room in ROOMS), f"/f/{TOKEN}/more/2611.00001"]
)
def test_pages_with_a_token_are_not_kept_told_or_found(site: WebSite, path: str) -> None:
    headers = site.client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"


def test_token_paths_are_known_whatever_stands_behind() -> None:
    assert all(is_token_path(f"/{room}/x/y") for room in (*ROOMS, "f", "renew"))
    assert is_token_path("/feed/r/x.atom")
    assert not any(map(is_token_path, ("/", "/i", "/feed/atom.xml", "/preview", "", "/uu/x")))


def test_only_the_one_click_route_is_open_to_all() -> None:
    assert is_one_click(f"/u/{TOKEN}")
    assert not any(map(is_one_click, (f"/u/{TOKEN}/weekly", f"/p/{TOKEN}", "/u", "/undo/x")))


FORMS = ("/subscribe", f"/p/{TOKEN}", f"/c/{TOKEN}", f"/u/{TOKEN}/weekly", "/renew", "/preview")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "https://papers.example.org.evil.example"},
        {"origin": "https://[bad"},
    ],
)
def test_forms_of_other_sites_are_refused(
    site: WebSite, path: str, headers: Mapping[str, str]
) -> None:
    assert site.client.post(path, headers=dict(headers)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "https://papers.example.org"},
    ],
)
def test_forms_of_our_own_pages_pass(site: WebSite, headers: Mapping[str, str]) -> None:
    assert site.client.post("/subscribe", headers=dict(headers)).status_code == 200


def test_a_page_without_referrer_may_post_only_where_the_path_is_secret(site: WebSite) -> None:
    headers = {"origin": "null"}
    assert site.client.post("/subscribe", headers=headers).status_code == 403
    assert site.client.post(f"/c/{TOKEN}", headers=headers).status_code == 404


def test_large_bodies_and_headers_are_refused(site: WebSite) -> None:
    assert site.client.post("/subscribe", data={"keywords": "x" * 1_000_000}).status_code == 413
    assert site.client.post(f"/u/{TOKEN}", content=b"x" * 1_000_000).status_code == 413
    assert site.client.get("/", headers={"x-long": "x" * 20_000}).status_code == 431
    assert site.client.get("/" + "x" * 2_000).status_code == 414


def test_a_long_body_without_a_length_is_refused_too(site: WebSite) -> None:
    reader = make_subscriber()
    site.store.subscribers.add(reader)
    chunks = (b"x" * 10_000 for _ in range(100))
    path = site.office.links.unsubscribe(reader)
    assert site.client.post(path, content=chunks).status_code == 413


def test_a_form_with_too_many_fields_or_of_another_kind_is_refused(site: WebSite) -> None:
    many = "&".join(f"a{n}=1" for n in range(1_000))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert site.client.post("/subscribe", content=many, headers=kind).status_code == 400
    assert site.client.post("/subscribe", json={"address": "a@b.org"}).status_code == 415
    files = {"f": ("f.txt", b"x", "text/plain")}
    assert site.client.post("/subscribe", files=files).status_code == 400
    assert site.client.post("/subscribe", content=b"\xff\xfe=\x80", headers=kind).status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "nonsense", "nonsense"),
        (None, "203.0.113.9", ""),
    ],
)
def test_only_our_own_proxies_say_who_a_visitor_is(
    peer: str | None, forwarded: str, client: str
) -> None:
    finder = ClientFinder(("10.0.0.0/8", "::1"))
    assert finder.find({"client": (peer, 1) if peer else None}, forwarded) == client


@pytest.mark.parametrize(
    "key",
    [
        b"changeme-changeme-changeme",
        b"a" * 40,
        b"my-example-key-0123456789",
        b"TODO set a real key here",
    ],
)
def test_keys_that_can_be_guessed_are_refused(key: bytes) -> None:
    good = bytes(range(40, 80))
    for secrets in (
        Secrets(token_keys=(good, key), address_key=good),
        Secrets(token_keys=(good,), address_key=key),
    ):
        with pytest.raises(ConfigurationError, match="can be guessed"):
            refuse_default_secrets(secrets)
    refuse_default_secrets(Secrets(token_keys=(good,), address_key=good))


def test_a_random_key_may_have_a_short_word_in_it() -> None:
    key = b"Xq3-ToDo9zR_todoLw81kVb7NnYc5PfGh2MsJt4EuAi"
    refuse_default_secrets(Secrets(token_keys=(key,), address_key=key))


def test_the_site_does_not_open_with_a_key_that_can_be_guessed(tmp_path: Path) -> None:
    environ = environment(tmp_path) | {"NEWSLETTER_SECRETS__ADDRESS_KEY": "changeme" * 4}
    program = App(load_settings(None, environ))
    with program.open_store() as store, pytest.raises(ConfigurationError, match="address_key"):
        create_app(program, store)
