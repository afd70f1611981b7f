"""Logs: readable by machines, and without anything personal."""

import io
import json

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from newsletter.log import MASKED_ADDRESS, MASKED_TOKEN, Format, configure, get_logger
from subscribers.tokens import Purpose, TokenSigner
from tests.factories import NOW, make_subscriber


@pytest.fixture(autouse=True)
def _as_before() -> object:
    yield
    structlog.reset_defaults()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def logged(event: str, *, style: Format = "json", **facts: object) -> str:
    stream = io.StringIO()
    configure("debug", style, stream)
    get_logger().info(event, **facts)
    return stream.getvalue()


def test_an_event_is_one_line_of_json_off_a_terminal() -> None:
    stream = io.StringIO()
    configure("info", "auto", stream)
    get_logger(issue="2026-11-20-daily").info("delivery.sent", html_bytes=1234, elapsed_s=0.5)
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "delivery.sent",
        "level": "info",
        "issue": "2026-11-20-daily",
        "html_bytes": 1234,
        "elapsed_s": 0.5,
    }


def test_an_event_is_readable_on_a_terminal() -> None:
    stream = Terminal()
    configure("info", "auto", stream)
    get_logger().info("delivery.sent", html_bytes=1234)
    assert "delivery.sent" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_less_than_the_level_is_not_shown() -> None:
    stream = io.StringIO()
    configure("warning", "json", stream)
    get_logger().info("delivery.sent")
    get_logger().warning("delivery.delayed")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "delivery.delayed"
    ]


def test_standard_error_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    configure(format="json")
    get_logger().info("delivery.sent")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "delivery.sent" in captured.err


ADDRESS = "Reader.One+x@example.org"
TOKEN = TokenSigner([b"k" * 32], clock=lambda: NOW).sign(Purpose.MANAGE, make_subscriber().id)


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize(
    "value",
    [
        ADDRESS,
        f"mail to <{ADDRESS}> refused",
        f"550 5.1.1 <{ADDRESS}>: unknown",
        {"to": [ADDRESS, {ADDRESS: ADDRESS}]},
        ValueError(ADDRESS),
        ADDRESS.encode(),
        make_subscriber(address=ADDRESS),
        "https://papers.example.org/u/?a=Reader.One%2Bx%40example.org",
        "half an address: @",
    ],
)
def test_no_address_is_logged(value: object, style: Format) -> None:
    line = logged("delivery.failed", style=style, why=value)
    assert "@" not in line
    assert "Reader.One" not in line


@pytest.mark.parametrize("value", [TOKEN, f"https://papers.example.org/u/{TOKEN}", [TOKEN]])
def test_no_token_is_logged(value: object) -> None:
    line = logged("link.opened", where=value)
    assert TOKEN not in line
    assert MASKED_TOKEN in line


def test_an_error_is_logged_with_its_trace_and_without_its_address() -> None:
    stream = io.StringIO()
    configure("info", "json", stream)
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        get_logger().exception("job.failed")
    event = json.loads(stream.getvalue())
    assert "Traceback" in event["exception"]
    assert MASKED_ADDRESS in event["exception"]
    assert "@" not in stream.getvalue()


@pytest.mark.parametrize(
    "value",
    ["2611.00001v2", "hep-th/9901001", "2026-11-20-daily", "cs.LG", "a" * 64, "0123456789" * 8],
)
def test_ids_and_digests_are_left_alone(value: str) -> None:
    assert json.loads(logged("paper.read", id=value))["id"] == value


@given(st.recursive(st.text() | st.integers() | st.none(), lambda s: st.lists(s, max_size=3)))
def test_any_fact_can_be_logged_without_an_at_sign(value: object) -> None:
    line = logged("paper.read", value=value)
    assert "@" not in line
    assert json.loads(line)["event"] == "paper.read"


def test_a_fact_that_contains_itself_is_cut_off() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert "paper.read" in logged("paper.read", value=endless)
