"""The description of the routes is true: it names them all, and no input makes a 5xx."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from newsletter.web.openapi import DESCRIPTION
from tests.factories import make_paper, make_subscriber
from tests.web_site import SITE, WebSite, open_site

METHODS = {"get", "post"}
EXAMPLES = 20


def described() -> set[tuple[str, str]]:
    paths = SCHEMA.raw_schema["paths"]
    return {(path, method) for path, item in paths.items() for method in item if method in METHODS}


def test_the_description_names_every_route_and_no_other(site: WebSite) -> None:
    served = {
        (re.sub(r":path\}", "}", route.path), method.lower())
        for route in site.web.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert len(OPERATIONS) == len(described())
    assert served == described()


def test_the_description_is_served(site: WebSite) -> None:
    answer = site.client.get("/openapi.yaml")
    assert answer.content == DESCRIPTION.read_bytes()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    """A site with a reader and papers, to be asked anything."""
    with open_site(tmp_path_factory.mktemp("site"), NEWSLETTER_WEB__FORM_MIN_S="0") as site:
        site.store.subscribers.add(make_subscriber())
        site.store.papers.save_announcement([make_paper(1), make_paper(2, id="hep-th/9901001")], [])
        yield site


SCHEMA = schemathesis.openapi.from_path(DESCRIPTION)
OPERATIONS = {
    each.ok().label: each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok)
}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


def tokens(site: WebSite) -> dict[str, str]:
    """One good token for each room."""
    reader, links = make_subscriber(), site.office.links
    return {
        "c": links.confirm(reader).rpartition("/")[2],
        "u": links.unsubscribe(reader).rpartition("/")[2],
        "p": links.manage_token(reader),
        "f": links.vote_token(reader),
        "undo": links.undo_token(reader),
        "d": links.export(reader).rpartition("/")[2],
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_nothing_that_is_sent_makes_a_server_error(label: str, full: WebSite) -> None:
    good = tokens(full)

    @given(case=OPERATIONS[label].as_strategy(), is_genuine=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, *, is_genuine: bool) -> None:
        room = case.path.split("/")[1]
        if is_genuine and room in good:
            case.path_parameters["token"] = good[room]
        case.validate_response(send(full, case), checks=CHECKS)

    ask()


def send(site: WebSite, case: Any) -> Response:
    """Send what was made up."""
    made = case.as_transport_kwargs(base_url=SITE)
    made.pop("cookies", None)
    asked = requests.Request(**made).prepare()
    return site.client.request(
        str(asked.method), str(asked.url), content=asked.body, headers=dict(asked.headers)
    )


def test_the_description_is_beside_the_code() -> None:
    assert Path(DESCRIPTION).is_file()
