"""The text part."""

from hypothesis import HealthCheck, given, settings

from newsletter.model import Digest, Message, Reason, ReasonKind
from newsletter.render.columns import columns
from newsletter.render.mail import DigestRenderer
from tests.factories import make_paper
from tests.unit.render.mails import LINKS, digests, make_digest, make_papers


def rendered(renderer: DigestRenderer, digest: Digest) -> Message:
    return renderer.render(digest, delivery_id="d1", links=LINKS)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(digests())
def test_lines_are_narrow_and_every_link_stands_alone(
    renderer: DigestRenderer, digest: Digest
) -> None:
    message = rendered(renderer, digest)
    lines = message.text.split("\n")
    assert all(columns(line) <= 78 for line in lines if not line.startswith("https://"))
    assert all(" " not in line for line in lines if line.startswith("https://"))
    shown = digest.entries[: message.html.count('<tr class="paper')]
    for url in (*(entry.paper.url for entry in shown), LINKS.unsubscribe, LINKS.view):
        assert url in lines
    assert 0.05 <= len(message.text.encode()) / message.html_bytes <= 0.40


def test_a_paper_is_told_in_order(renderer: DigestRenderer) -> None:
    told = (
        Reason(kind=ReasonKind.TITLE_KEYWORD, term="sparse attention", value=2.0),
        Reason(kind=ReasonKind.CATEGORY, term="cs.LG", value=1.0),
    )
    paper = make_paper(acceptance="NeurIPS 2026", code_url="https://github.com/example/code")
    text = rendered(renderer, make_digest([paper], reasons=told)).text
    start = text.index("#1")
    assert text[start:].split("\n")[:9] == [
        "#1  score 49.0  cs.LG · new · also in cs.DC",
        "A study of sparse attention, part 1",
        "Ada Example, Ben Beispiel",
        "Why: sparse attention in title, category cs.LG",
        "We study sparse attention. It is faster by 3x.",
        "Accepted: NeurIPS 2026",
        "https://arxiv.org/abs/2611.00001",
        "Code:",
        "https://github.com/example/code",
    ]


def test_all_reasons_are_named_although_a_card_has_room_for_five(
    renderer: DigestRenderer,
) -> None:
    told = tuple(
        Reason(kind=ReasonKind.KEYWORD, term=f"keyword {number}", value=1.0) for number in range(9)
    )
    message = rendered(renderer, make_digest([make_paper()], reasons=told))
    assert "keyword 8" not in message.html
    why = message.text[message.text.index("Why: ") :].split("https://")[0]
    assert [each.term for each in told if each.term not in why] == []
    assert "+4" not in why


def test_it_ends_with_a_line_end_and_has_no_control_characters(renderer: DigestRenderer) -> None:
    text = rendered(renderer, make_digest(make_papers(3, title="a\r\nb\x07c"))).text
    assert text.endswith("\n")
    assert not [char for char in text if ord(char) < 32 and char != "\n"]


def test_what_is_left_is_linked(renderer: DigestRenderer) -> None:
    text = rendered(renderer, make_digest(make_papers(2), omitted=7)).text
    assert f"7 more on the web:\n{LINKS.view}\n" in text
