"""The sign-up form, and the one answer to all who send it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from anyio import sleep
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.people.signup import Wish
from newsletter.web.category_choices import category_groups
from newsletter.web.clients import client_of
from newsletter.web.forms import Form, read_form
from newsletter.web.preference_form import (
    PreferenceForm,
    Typed,
    read_preference_form,
    typed_preferences,
)
from newsletter.web.site import Site
from newsletter.web.tokens import evidence_of
from newsletter.web.zones import offered_zones
from subscribers import address as addresses
from subscribers import consent
from subscribers.errors import InvalidAddressError, InvalidInterestsError
from subscribers.preferences import Preferences

TRAP: Final = "website"
"""A field that no person sees; who fills it in is a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribePage:
    """GET shows the form, POST takes it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of signing up."""
        return (
            Route("/subscribe", self.show, methods=["GET"]),
            Route("/subscribe", self.take, methods=["POST"]),
            Route("/subscribe/sent", self.sent, methods=["GET"]),
        )

    def show(self, request: Request) -> Response:
        """Show an empty form: the house's interests are what it begins with."""
        return self._form(request, typed=self._defaults(request), errors={})

    async def take(self, request: Request) -> Response:
        """Take a form; all answers to complete ones are the same, and take equally long."""
        started_s = time.monotonic()
        form = await read_form(request)
        answer = await run_in_threadpool(self._take, request, form)
        await sleep(max(0.0, self.site.answer_takes_s - (time.monotonic() - started_s)))
        return answer

    def sent(self, request: Request) -> Response:
        """Say that a mail is on its way, if the address is one."""
        return self.site.pages.page(request, "message.html.j2", message="sent", link_to="/")

    def _take(self, request: Request, form: Form) -> Response:
        read = with_house_topics(read_preference_form(form, blank_is_none=True))
        typed = {**self._defaults(request), **read.typed, "address": form.first("address")}
        if not form.first("stamp"):
            # From the short form of another page: here is the long one, nothing typed is lost.
            return self._form(request, typed=typed, errors=read.errors)
        if form.first(TRAP):
            return self._thanks(request)
        address, errors = self._checked(form, read)
        if not errors and not self.site.office.sign_ups.stamps.is_plausible(form.first("stamp")):
            errors = {"form": "stamp"}
        if errors or address is None:
            return self._form(request, typed=typed, errors=errors, status=422)
        self.site.office.sign_ups.request(self._wish(request, address, read))
        self.site.wake_post()
        return self._thanks(request)

    def _checked(self, form: Form, read: PreferenceForm) -> tuple[str | None, dict[str, str]]:
        """Return the address, if it is one, and what is wrong with which field."""
        errors = dict(read.errors)
        address = None
        try:
            address = addresses.parse(form.first("address"))
            self.site.office.sign_ups.check_domain(address)
        except InvalidAddressError as error:
            errors["address"] = str(error)
        try:
            read.preferences.interests(self.site.app.house.interests)
        except InvalidInterestsError as error:
            errors.setdefault(error.field, str(error))
        return address, errors

    def _wish(self, request: Request, address: str, read: PreferenceForm) -> Wish:
        labels = self.site.pages.labels_for(request)
        return Wish(
            address=address,
            preferences=read.preferences,
            evidence=evidence_of(
                request, page="/subscribe", wording=labels.text("subscribe_consent")
            ),
            client=client_of(request),
        )

    def _defaults(self, request: Request) -> dict[str, str | tuple[str, ...]]:
        """Return what an empty form shows: choices of the house, and the visitor's language."""
        blank = consent.begin(
            "reader@example.org",
            subscriber_id="",
            template=self.site.app.house.interests,
            preferences=Preferences(language=self.site.pages.labels_for(request).tag),
            now=self.site.app.clock(),
        )
        shown = dict(typed_preferences(blank))
        return shown | {"keywords": "", "exclude": "", "authors": "", "categories": ()}

    def _form(
        self,
        request: Request,
        *,
        typed: Typed,
        errors: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        return self.site.pages.page(
            request,
            "subscribe.html.j2",
            status=status,
            typed={"address": "", **typed},
            errors=errors,
            stamp=self.site.office.sign_ups.stamps.make(),
            trap=TRAP,
            groups=category_groups(),
            zones=offered_zones(),
        )

    def _thanks(self, request: Request) -> Response:
        lang = request.query_params.get("lang")
        known = lang if lang in self.site.pages.languages else None
        return RedirectResponse(
            "/subscribe/sent" + (f"?lang={known}" if known else ""), status_code=303
        )


def with_house_topics(read: PreferenceForm) -> PreferenceForm:
    """Leave a form without any topic as it is: it gets the house's. In others, blank is none."""
    chosen = read.preferences
    topics = (chosen.categories, chosen.keywords, chosen.authors, chosen.seed_papers)
    if not any(topics):
        return read
    filled = replace(
        chosen,
        categories=chosen.categories or (),
        keywords=chosen.keywords or (),
        authors=chosen.authors or (),
        exclude=chosen.exclude or (),
    )
    return replace(read, preferences=filled)
