"""The functions of a deployment on AWS Lambda; what they do is in ``service``.

A schedule calls ``prepare``, and hourly ``fanout``, with
``{"scheduled_at": "2026-11-20T05:30:00Z"}``, and each minute ``post``, which sends the mails about
subscriptions. ``deliver`` and ``events`` take messages of SQS and answer which of them shall come
again. ``web`` answers an HTTP API. Each imports what it needs when it is first called.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from newsletter.service import Service

GRACE_S: Final = 15.0
"""Seconds before the end at which nothing new begins."""


class Context(Protocol):
    """What Lambda says about an invocation."""

    @property
    def aws_request_id(self) -> str:
        """Return the invocation's id."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long it may still take."""


Event = Mapping[str, Any]


def prepare(event: Event, context: Context) -> dict[str, Any]:
    """Fetch, rank and summarise the day, and write its bundles."""
    with _told("prepare", context):
        report = _service().prepare(_scheduled_at(event), time_left_s=lambda: _left_s(context))
    return {"state": report.state, "day": str(report.day), "announced": report.announced}


def fanout(event: Event, context: Context) -> dict[str, Any]:
    """Put the readers whose hour has come into the queue, parcel by parcel."""
    with _told("fanout", context):
        report = _service().fanout(_scheduled_at(event), time_left_s=lambda: _left_s(context))
    if report is None:
        return {"state": "locked"}
    return {"state": "cut" if report.is_cut else "done", "parcels": report.parcels}


def deliver(event: Event, context: Context) -> dict[str, Any]:
    """Deliver parcels; answer which messages shall come again."""
    with _told("deliver", context), _stopping(context) as stop:
        service = _service()
        failed = [
            record["messageId"]
            for record in event["Records"]
            if not _delivered(service, record, stop)
        ]
    return _answer(failed)


def events(event: Event, context: Context) -> dict[str, Any]:
    """Keep and apply what SES tells; answer which messages shall come again."""
    from newsletter.errors import StoreError
    from newsletter.log import get_logger

    records = event["Records"]
    with _told("events", context):
        service = _service()
        try:
            service.take_events([record["body"] for record in records])
        except StoreError as error:
            get_logger().error("events.delayed", messages=len(records), why=str(error))
            return _answer([record["messageId"] for record in records])
    return _answer(())


def post(event: Event, context: Context) -> dict[str, Any]:  # noqa: ARG001 - it says nothing
    """Send the mails about subscriptions that wait; end pauses that are over."""
    with _told("post", context):
        return {"sent": _service().send_post(time_left_s=lambda: _left_s(context))}


def web(event: Event, context: Context) -> dict[str, Any]:
    """Answer one request."""
    with _told("web", context):
        answer: dict[str, Any] = _site()(event, context)
    return answer


@contextmanager
def starting() -> Iterator[None]:
    """Spare the garbage collector what is made now, for it stays as long as the process does."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@cache
def _service() -> Service:
    """Return the service of this process, made when it is first asked for.

    Raises:
        ConfigurationError: something is missing; nothing is half begun.
    """
    with starting():
        from newsletter.bootstrap import load
        from newsletter.bootstrap_aws import make_bundles, make_queue, require_all
        from newsletter.service import Service

        app = load(None, os.environ)
        require_all(app.settings)
        queue, bundles = make_queue(app.settings), make_bundles(app.settings)
        return Service(app, app.open_store(), queue=queue, bundles=bundles)


@cache
def _site() -> Any:  # noqa: ANN401 - mangum's
    service = _service()
    with starting():
        from mangum import Mangum

        from newsletter.web.app import create_app

        return Mangum(create_app(service.app, service.store), lifespan="off")


def _delivered(service: Service, record: Mapping[str, Any], stop: threading.Event) -> bool:
    """Deliver one parcel; tell whether its message is done with."""
    from newsletter.errors import NewsletterError
    from newsletter.log import get_logger

    facts = {"message": record["messageId"]}
    try:
        if stop.is_set():
            service.queue.put_all([record["body"]])
            return True
        worked = service.worker().work(record["body"], stop=stop)
        if worked.is_left:
            service.queue.put_all([record["body"]])
    except NewsletterError as error:
        get_logger(**facts).error("parcel.failed", error=type(error).__name__, why=str(error))
        return False
    except Exception:  # noqa: BLE001 - the edge of a record: the others go on
        get_logger(**facts).exception("parcel.crashed")
        return False
    return worked.error is None


def _answer(failed: Sequence[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _scheduled_at(event: Event) -> datetime:
    """Return the time for which the schedule called; now, when somebody calls by hand."""
    from newsletter.errors import UsageError

    text = event.get("scheduled_at")
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UsageError(
            f"scheduled_at is {str(text)[:40]!r}: it must be like 2026-11-20T05:30:00Z"
        ) from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _left_s(context: Context) -> float:
    return context.get_remaining_time_in_millis() / 1000


@contextmanager
def _stopping(context: Context) -> Iterator[threading.Event]:
    """Lend what is set a while before the time is over."""
    stop = threading.Event()
    timer = threading.Timer(max(0.0, _left_s(context) - GRACE_S), stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()


@contextmanager
def _told(function: str, context: Context) -> Iterator[None]:
    """Name function and invocation in each line of the log; tell of what goes wrong."""
    import structlog

    from newsletter.errors import NewsletterError
    from newsletter.log import get_logger

    facts = {"function": function, "invocation": context.aws_request_id}
    with structlog.contextvars.bound_contextvars(**facts):
        try:
            yield
        except NewsletterError as error:
            get_logger().error("function.failed", error=type(error).__name__, why=str(error))
            raise
        except Exception:
            get_logger().exception("function.crashed")
            raise
