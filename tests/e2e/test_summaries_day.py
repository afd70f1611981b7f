"""A recorded day for fifty readers in two languages, with a model that fails in many ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.model import Message, Paper, SummaryFault, SummaryOrigin
from newsletter.render.lint import lint
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber
from tests.browser.recorded import CATEGORIES
from tests.e2e.program import Program
from tests.factories import make_subscriber
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_llm import FakeLlm, serve_llm

pytestmark = pytest.mark.data

DAY = date(2025, 12, 23)
READERS = 50
WISHES = (
    ("large language model", "attention"), ("reinforcement learning", "reward"),
    ("diffusion", "video"), ("agent", "tool"), ("kernel", "GPU"), ("retrieval", "memory"),
    ("graph", "molecule"), ("speech", "audio"), ("quantization", "pruning"),
    ("federated", "privacy"),
)  # fmt: skip
PASSING = (
    "429", "500", "503", "empty", "refusal", "truncated", "numbers", "language", "swapped",
    "thinking", "image", "script", "long", "made-up", "cut-off", "html", "obeys",
)  # fmt: skip
LASTING = ("empty", "refusal", "swapped", "made-up", "script", "language", "placeholder", "filter")
OWN_HEADERS = ("List-", "Archived-", "Auto-", "X-", "Feedback-")
HARMLESS = ("prose", "thinking-before")


@dataclass(frozen=True)
class SentDay:
    """What the day came to."""

    mails: tuple[tuple[EmailMessage, str], ...]
    papers: dict[str, Paper]
    tldrs: dict[tuple[str, str], tuple[str, SummaryOrigin, SummaryFault | None]]
    status: str
    mind: FakeLlm


def readers() -> Iterator[Subscriber]:
    for number in range(READERS):
        keywords = tuple(Keyword(phrase=phrase) for phrase in WISHES[number % len(WISHES)])
        interests = Interests(categories=CATEGORIES, keywords=keywords, max_papers=8 + number % 5)
        language = "zh-Hans" if number % 2 else "en"
        yield make_subscriber(number + 1, interests=interests, language=language)


def faults(papers: dict[str, Paper]) -> dict[str, tuple[str, ...]]:
    """Half of the papers go right; the others fail once, always, or in a harmless way."""
    found: dict[str, tuple[str, ...]] = {}
    for number, paper_id in enumerate(sorted(papers)):
        if number % 6 == 0:
            found[paper_id] = (PASSING[number // 6 % len(PASSING)], "", "")
        elif number % 6 == 2:
            found[paper_id] = (LASTING[number // 6 % len(LASTING)],)
        elif number % 6 == 4:
            found[paper_id] = (HARMLESS[number // 6 % len(HARMLESS)],)
    return found


@pytest.fixture(scope="module")
def sent(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentDay]:
    """The day as it was sent."""
    folder = tmp_path_factory.mktemp("program")
    mind = FakeLlm()
    with FakeArxiv.of_day(shared_data, DAY) as arxiv, serve_llm(mind):
        program = Program.reading(
            arxiv,
            folder,
            NEWSLETTER_SUMMARIES__KIND="openai",
            NEWSLETTER_SUMMARIES__BASE_URL=mind.url,
            NEWSLETTER_SUMMARIES__MODEL="qwen-plus",
            NEWSLETTER_SUMMARIES__CONCURRENCY="16",
        )
        fetched = program.run("fetch", "--source", "feed", "--on", str(DAY))
        assert fetched.code == 0, fetched.err
        with program.open_store() as store:
            papers = {one.id: one for one in store.papers.papers_between(DAY, DAY)}
            for reader in readers():
                store.subscribers.add(reader)
        mind.papers = {one.id: (one.title, one.abstract) for one in papers.values()}
        mind.faults = dict(faults(papers))
        ended = program.run("send", "--source", "feed", "--on", str(DAY), "--yes")
        assert ended.code == 0, ended.err
        status = program.run("status", "--json").out
        with program.open_store() as store:
            made = store.summaries.newest(limit=10_000)
        tldrs = {
            (one.paper_id, one.key.language): (one.text.tldr, one.origin, one.fault) for one in made
        }
        mails = tuple(_read(path) for path in sorted((folder / "out").rglob("*.eml")))
        yield SentDay(mails=mails, papers=papers, tldrs=tldrs, status=status, mind=mind)


def _read(path: Path) -> tuple[EmailMessage, str]:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    part = mail.get_body(("html",))
    assert part is not None
    return mail, part.get_content()


def cards(html: str) -> Iterator[tuple[str, str]]:
    """Yield (paper id, the sentence shown) of each card."""
    for card in lxml_html.fromstring(html).xpath('//tr[contains(@class, "paper")]'):
        url = next(href for href in card.xpath(".//h2/a/@href"))
        lead = card.xpath('.//*[contains(@class, "lead")]')
        yield url.rsplit("/", 1)[-1], lead[0].text_content().strip() if lead else ""


def test_every_reader_has_a_mail_without_a_fault(sent: SentDay) -> None:
    assert len(sent.mails) >= READERS - 5
    for mail, html in sent.mails:
        plain = mail.get_body(("plain",))
        assert plain is not None
        message = Message(
            delivery_id=str(mail["X-Newsletter-Delivery"]),
            sender=str(mail["From"]),
            reply_to=str(mail["Reply-To"]),
            recipient=str(mail["To"]),
            subject=str(mail["Subject"]),
            text=plain.get_content().replace("\r\n", "\n"),
            html=html,
            headers=tuple(
                (name, str(value)) for name, value in mail.items() if name.startswith(OWN_HEADERS)
            ),
        )
        assert [each for each in lint(message) if not each.is_blemish] == []
        assert message.html_bytes <= 90_000


def test_every_card_speaks_of_its_own_paper(sent: SentDay) -> None:
    shown = 0
    for mail, html in sent.mails:
        language = "zh-Hans" if 'lang="zh-Hans"' in html else "en"
        for paper_id, lead in cards(html):
            tldr, origin, _ = sent.tldrs[paper_id, language]
            assert lead.rstrip("…")[:60] in tldr, (mail["To"], paper_id)
            if origin is SummaryOrigin.EXTRACTIVE:
                abstract = " ".join(sent.papers[paper_id].abstract.split())
                assert tldr.rstrip("…")[:60] in abstract
            shown += 1
    assert shown > 300


def test_lasting_faults_end_in_extracts_and_passing_ones_in_summaries(sent: SentDay) -> None:
    planned = faults(sent.papers)
    for (paper_id, language), (tldr, origin, fault) in sent.tldrs.items():
        names = planned.get(paper_id, ("",))
        if names[-1] in LASTING:
            assert (origin, fault) == (SummaryOrigin.EXTRACTIVE, SummaryFault.REFUSED), names
        elif names[-1] == "" and fault is not None:
            assert fault is SummaryFault.REFUSED, (paper_id, language, fault, tldr)
    kept = sum(fault is None for _, _, fault in sent.tldrs.values())
    assert kept >= 0.75 * len(sent.tldrs)


def test_nothing_that_a_fault_said_is_in_a_mail(sent: SentDay) -> None:
    for _, html in sent.mails:
        for left in ("98.765", "evil.example", "<script", "very long very long", "I strongly",
                     "&lt;think", "I cannot", ">Error<", "alert(1)"):  # fmt: skip
            assert left not in html


def test_calls_are_those_of_distinct_picks(sent: SentDay) -> None:
    assert len(sent.tldrs) <= sent.mind.calls <= 3 * len(sent.tldrs)
    assert '"outage": ""' in sent.status
