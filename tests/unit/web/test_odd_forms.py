"""Forms as no page of ours sends them: refused in order, never a crash, nobody's record spoiled."""

from collections.abc import Iterator, Mapping

import pytest

from tests.web_site import WebSite, open_site

FORM = "application/x-www-form-urlencoded"
ADDRESS = "reader@example.org"
BODIES: Mapping[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "two addresses": (b"address=a%40example.org&address=b%40example.org&keywords=x", 303),
    "no UTF-8": (b"address=%ff%fe%40example.org&keywords=%c3%28", 422),
    "a line end in the address": (b"address=a%40example.org%0d%0aBcc:b%40example.org", 422),
    "a name before the address": (b"address=A+%3Ca%40example.org%3E", 422),
    "255 characters": (b"address=" + b"a" * 64 + b"%40" + b"b" * 190, 422),
    "an unknown category": (b"address=a%40example.org&categories=cs.LG&categories=cs.ZZ", 422),
    "10,000 keywords": (b"address=a%40example.org&keywords=" + b"%0A".join([b"w"] * 10_000), 422),
    "a field of 1 MB": (b"address=a%40example.org&keywords=" + b"x" * 1_000_000, 413),
    "10,000 fields": (b"&".join([b"keywords=x"] * 10_000), 400),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    settings = {"NEWSLETTER_WEB__REQUESTS_PER_ADDRESS": "1000"}
    with open_site(tmp_path_factory.mktemp("site"), **settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(shared: WebSite) -> str:
    return shared.become_reader(ADDRESS)


@pytest.mark.parametrize("name", BODIES)
def test_signing_up(shared: WebSite, name: str) -> None:
    body, status = BODIES[name]
    stamp = f"stamp={shared.stamp()}&".encode()
    answer = shared.client.post("/subscribe", content=stamp + body, headers={"Content-Type": FORM})
    assert answer.status_code == status


@pytest.mark.parametrize("room", ["", "/pause", "/resume", "/move", "/data", "/vote"])
@pytest.mark.parametrize("name", BODIES)
def test_a_readers_own_page(shared: WebSite, page: str, name: str, room: str) -> None:
    body, _ = BODIES[name]
    answer = shared.client.post(f"{page}{room}", content=body, headers={"Content-Type": FORM})
    assert answer.status_code in (303, 400, 409, 413, 422, 429)
    reader = shared.store.subscribers.find(ADDRESS)
    assert reader is not None
    assert reader.interests == shared.site.app.house.interests
