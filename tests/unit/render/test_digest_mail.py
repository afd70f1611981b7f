"""A whole mail."""

import threading
from datetime import UTC, date, datetime

import pytest

from newsletter.errors import RenderError
from newsletter.model import Batch, BatchState, Message
from newsletter.render.identity import MailIdentity, MailLinks
from newsletter.render.mail import DigestRenderer
from tests.factories import DAY, make_interests, make_issue, make_subscriber
from tests.unit.render.mails import IDENTITY, LINKS, make_digest, make_papers


def test_the_headers_of_a_bulk_mail_are_there(renderer: DigestRenderer) -> None:
    message = renderer.render(make_digest(make_papers(1)), delivery_id="d-1", links=LINKS)
    assert dict(message.headers) == {
        "List-Unsubscribe": f"<{LINKS.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "arXiv Digest <digest.papers.example.org>",
        "List-Help": f"<{LINKS.help}>",
        "List-Archive": f"<{LINKS.archive}>",
        "Archived-At": f"<{LINKS.view}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "X-Newsletter-Delivery": "d-1",
    }
    assert "reader1@" not in str(message.headers) + message.html + message.text


@pytest.mark.parametrize("delivery_id", ["", "a b", "a\r\nBcc: x", "é", "x" * 201])
def test_a_delivery_id_that_is_not_fit_for_a_header_is_refused(
    renderer: DigestRenderer, delivery_id: str
) -> None:
    with pytest.raises(RenderError):
        renderer.render(make_digest(), delivery_id=delivery_id, links=LINKS)


@pytest.mark.parametrize(
    "url", ["http://a.org", "https://a.org/\r\nX: y", "https://a.org/>", "https://é.org", ""]
)
def test_a_link_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(RenderError):
        MailLinks(unsubscribe=url, preferences=url, view=url, archive=url, help=url)


def test_a_title_that_is_not_ascii_is_left_out_of_the_list_id() -> None:
    named = MailIdentity(
        title="论文 {{ x }} <b>",
        sender=IDENTITY.sender,
        reply_to=IDENTITY.reply_to,
        postal_address="A & B",
        list_id=IDENTITY.list_id,
        site_url=IDENTITY.site_url,
    )
    message = DigestRenderer(named).render(make_digest(), delivery_id="d", links=LINKS)
    assert dict(message.headers)["List-Id"] == "<digest.papers.example.org>"
    assert "论文 &#123;&#123; x &#125;&#125; &lt;b&gt;" in message.html
    assert "A &amp; B" in message.html


def page(renderer: DigestRenderer, **fields: object) -> Message:
    return renderer.render(make_digest(**fields), delivery_id="d", links=LINKS)  # type: ignore[arg-type]  # fields of a digest


def test_the_frame_says_what_was_announced_and_why_the_mail_comes(
    renderer: DigestRenderer,
) -> None:
    reader = make_subscriber(
        interests=make_interests("a", "b", categories=("cs.LG", "cs.CL"), authors=("X",)),
        confirmed_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    message = page(renderer, papers=make_papers(2), matched=41, subscriber=reader)
    for part in (message.html, message.text):
        for text in ("512", "41", "2 papers picked for you", "Fri 20 Nov 2026",
                     "Your interests: cs.LG, cs.CL, 2 keywords and 1 author.",
                     "Confirmed on Sun 1 Mar 2026.", IDENTITY.postal_address,
                     "use of its open access"):  # fmt: skip
            assert text in part.replace("\n", " ")


def test_a_category_that_was_not_read_is_named_to_those_who_chose_it(
    renderer: DigestRenderer,
) -> None:
    batches = tuple(
        Batch(category=name, announced_on=DAY, state=BatchState.FAILED)
        for name in ("cs.LG", "hep-th")
    )
    message = page(renderer, papers=make_papers(1), issue=make_issue(batches=batches))
    for part in (message.html, message.text):
        assert "cs.LG could not be read completely today." in part
        assert "hep-th" not in part


def test_a_week_is_dated_by_its_days(renderer: DigestRenderer) -> None:
    week = make_issue(first_on=date(2026, 11, 16))
    assert "16 Nov – Fri 20 Nov 2026" in page(renderer, papers=make_papers(1), issue=week).html


def test_a_digest_without_papers_says_so_and_offers_a_change(renderer: DigestRenderer) -> None:
    message = page(renderer)
    for part in (message.html, message.text):
        assert "Nothing for you this time" in part
        assert "one more category does it" in part.replace("\n", " ")
        assert LINKS.preferences in part


def test_the_language_is_the_readers(renderer: DigestRenderer) -> None:
    message = page(renderer, papers=make_papers(2), language="zh-CN")
    assert '<html lang="zh-Hans" dir="ltr"' in message.html
    assert "为你选出 2 篇论文" in message.html
    assert "退订" in message.text
    assert message.subject == "A study of sparse attention, part 1 等另有 1 篇 · 11月20日"


def test_threads_share_a_renderer(renderer: DigestRenderer) -> None:
    fresh = DigestRenderer(IDENTITY)
    wanted = [renderer.html(make_digest(make_papers(n)), links=LINKS) for n in range(8)]
    found: dict[int, str] = {}

    def render(number: int) -> None:
        found[number] = fresh.html(make_digest(make_papers(number)), links=LINKS)

    threads = [threading.Thread(target=render, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(8)] == wanted
