"""A reader's own page: topics and hours, a pause, another address, votes, data, leaving."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.people.letters import when_sent
from newsletter.web.category_choices import category_groups
from newsletter.web.clients import client_of
from newsletter.web.forms import Form, with_form
from newsletter.web.preference_form import Typed, read_preference_form, typed_preferences
from newsletter.web.site import Site
from newsletter.web.tokens import reader_of
from newsletter.web.zones import offered_zones
from subscribers.errors import (
    InvalidAddressError,
    InvalidInterestsError,
    StaleRevisionError,
)
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import NoticeKind
from subscribers.tokens import Purpose

MAX_PAUSE_DAYS: Final = 366
MAX_REVISION_DIGITS: Final = 9

_DONE: Final = frozenset({"saved", "paused", "resumed", "moving", "export", "erase", "vote"})
_READING: Final = frozenset({SubscriberState.ACTIVE, SubscriberState.PAUSED})
_MAY_HAVE_DATA: Final = _READING | {SubscriberState.UNSUBSCRIBED}
"""Who has left may still take their data along, and be forgotten."""

Act = Callable[[Request, Form, Subscriber], Response]
States = frozenset[SubscriberState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows beside the record.

    Attributes:
        typed: what somebody typed, over what is stored.
        errors: field → what is wrong with it.
        changed: fields that another window has changed meanwhile.
        done: what was just done.
        status: of HTTP.
    """

    typed: Typed = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    changed: Sequence[str] = ()
    done: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesPage:
    """GET shows the page; each form of it has its own POST and leads back to it."""

    site: Site

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of the reader's own page."""
        acts: Mapping[str, tuple[Act, States]] = {
            "": (self._save, _READING),
            "/pause": (self._pause, _READING),
            "/resume": (self._resume, _READING),
            "/move": (self._move, _READING),
            "/data": (self._mail_link, _MAY_HAVE_DATA),
            "/vote": (self._take_back_vote, _READING),
        }
        return (
            Route("/p/{token}", self.show, methods=["GET"]),
            *(
                Route(f"/p/{{token}}{path}", self._posting(act, states), methods=["POST"])
                for path, (act, states) in acts.items()
            ),
        )

    def show(self, request: Request) -> Response:
        """Show the page, and what was just done."""
        reader = reader_of(self.site, request, Purpose.MANAGE)
        done = request.query_params.get("done", "")
        return self._page(request, reader, Shown(done=done if done in _DONE else ""))

    def _posting(self, act: Act, states: States) -> Callable[[Request], object]:
        def answer(request: Request, form: Form) -> Response:
            reader = reader_of(self.site, request, Purpose.MANAGE)
            if reader.state not in states:
                return self._page(request, reader, Shown(status=409))
            return act(request, form, reader)

        return with_form(answer)

    def _save(self, request: Request, form: Form, reader: Subscriber) -> Response:
        read = read_preference_form(form, blank_is_none=False)
        wrong = partial(Shown, typed=read.typed, status=422)
        if read.errors:
            return self._page(request, reader, wrong(errors=read.errors))
        seen = replace(reader, revision=_revision(form))
        try:
            self.site.office.membership.choose(seen, read.preferences)
        except InvalidInterestsError as error:
            return self._page(request, reader, wrong(errors={error.field: str(error)}))
        except StaleRevisionError:
            newest = self.site.office.membership.get(reader.id)
            changed = _changed(read.typed, typed_preferences(newest))
            return self._page(request, newest, Shown(typed=read.typed, changed=changed, status=409))
        return self._back(request, "saved")

    def _pause(self, request: Request, form: Form, reader: Subscriber) -> Response:
        until = _day(form.first("until"))
        local_day = self.site.app.clock().date()
        is_wrong = bool(form.first("until").strip()) and (
            until is None or not 0 < (until - local_day).days <= MAX_PAUSE_DAYS
        )
        if is_wrong:
            labels = self.site.pages.labels_for(request, reader.language)
            errors = {"until": labels.text("error_until", days=MAX_PAUSE_DAYS)}
            typed = {"until": form.first("until")}
            return self._page(request, reader, Shown(typed=typed, errors=errors, status=422))
        self.site.office.membership.pause(reader.id, until)
        return self._back(request, "paused")

    def _resume(self, request: Request, _: Form, reader: Subscriber) -> Response:
        self.site.office.membership.resume(reader.id)
        return self._back(request, "resumed")

    def _move(self, request: Request, form: Form, reader: Subscriber) -> Response:
        wanted = form.first("address")
        try:
            self.site.office.moving.request(reader.id, wanted, client=client_of(request))
        except InvalidAddressError as error:
            errors, typed = {"address": str(error)}, {"address": wanted}
            return self._page(request, reader, Shown(typed=typed, errors=errors, status=422))
        self.site.wake_post()
        return self._back(request, "moving")

    def _mail_link(self, request: Request, form: Form, reader: Subscriber) -> Response:
        kind = NoticeKind.ERASE if form.first("what") == "erase" else NoticeKind.EXPORT
        self.site.office.rights.request_link(reader, kind, client=client_of(request))
        self.site.wake_post()
        return self._back(request, kind.value)

    def _take_back_vote(self, request: Request, form: Form, reader: Subscriber) -> Response:
        self.site.office.voting.take_back(reader.id, form.first("paper"))
        return self._back(request, "vote")

    def _back(self, request: Request, done: str) -> Response:
        lang = request.query_params.get("lang", "")
        kept = f"&lang={lang}" if lang in self.site.pages.languages else ""
        return RedirectResponse(
            f"/p/{request.path_params['token']}?done={done}{kept}", status_code=303
        )

    def _page(self, request: Request, reader: Subscriber, shown: Shown) -> Response:
        links = self.site.office.links
        labels = self.site.pages.labels_for(request, reader.language)
        return self.site.pages.page(
            request,
            "preferences.html.j2",
            status=shown.status,
            language=reader.language,
            reader=reader,
            is_reading=reader.state in _READING,
            may_have_data=reader.state in _MAY_HAVE_DATA,
            when=when_sent(reader, labels),
            typed={"until": "", "address": "", **typed_preferences(reader), **shown.typed},
            errors=shown.errors,
            changed=shown.changed,
            done=shown.done,
            groups=category_groups(),
            zones=offered_zones(),
            votes=self.site.office.voting.recent(reader.id),
            base=f"/p/{request.path_params['token']}",
            unsubscribe=links.unsubscribe(reader).removeprefix(links.base),
            feed=links.feed(reader).removeprefix(links.base),
        )


def _revision(form: Form) -> int:
    """Return the revision that the form was made from; one that never was when it has none."""
    text = form.first("revision")
    return int(text) if text.isdecimal() and len(text) <= MAX_REVISION_DIGITS else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _changed(typed: Typed, stored: Typed) -> tuple[str, ...]:
    """Return the fields that stand otherwise in the record than somebody typed them."""
    return tuple(
        name for name in typed if name in stored and _lines(typed[name]) != _lines(stored[name])
    )


def _lines(value: str | tuple[str, ...]) -> list[str]:
    return value.split() if isinstance(value, str) else list(value)
