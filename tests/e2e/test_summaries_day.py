"""A recorded day for fifty readers in two languages, with a model that fails in many ways."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from newsletter.model import Message, Paper, Summary, SummaryFault, SummaryOrigin
from newsletter.render.lint import lint
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber
from tests.browser.recorded import CATEGORIES
from tests.e2e.program import Program
from tests.e2e.sent_mails import sent_mails
from tests.factories import make_subscriber
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_llm import FakeLlm, serve_llm
from tests.servers.fake_llm_papers import answer_of

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
HARMLESS = ("prose", "thinking-before")
RICH = 5
NUMBER = re.compile(r"(?<![\w.,-])\d{2,3}(?:\.\d+)?%?(?![\w.,])")
ORIGINS = {
    (SummaryOrigin.LLM, "en"): "AI summary by qwen-plus",
    (SummaryOrigin.LLM, "zh-Hans"): "AI 总结（qwen-plus）",
    (SummaryOrigin.EXTRACTIVE, "en"): "sentences chosen from the abstract",
    (SummaryOrigin.EXTRACTIVE, "zh-Hans"): "摘录自论文摘要",
}
OTHER = {
    SummaryOrigin.LLM: SummaryOrigin.EXTRACTIVE,
    SummaryOrigin.EXTRACTIVE: SummaryOrigin.LLM,
}


@dataclass(frozen=True)
class SentDay:
    """What the day came to."""

    mails: tuple[Message, ...]
    papers: dict[str, Paper]
    made: dict[tuple[str, str], Summary]
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
        mind.answers = {
            (one.id, language): with_table(one, language)
            for one in papers.values()
            for language in ("en", "zh-Hans")
        }
        mind.faults = dict(faults(papers))
        ended = program.run("send", "--source", "feed", "--on", str(DAY), "--yes")
        assert ended.code == 0, ended.err
        status = program.run("status", "--json").out
        with program.open_store() as store:
            made = store.summaries.newest(limit=10_000)
        yield SentDay(
            mails=tuple(sent_mails(folder / "out")),
            papers=papers,
            made={(one.paper_id, one.key.language): one for one in made},
            status=status,
            mind=mind,
        )


def with_table(paper: Paper, language: str) -> dict[str, Any]:
    """Return a right answer, with a table of the paper's own numbers when it has any."""
    numbers = list(dict.fromkeys(NUMBER.findall(paper.abstract)))[:8]
    answer = answer_of(paper.title, paper.abstract, language)
    if not numbers:
        return answer
    rows = [[f"Figure {chr(ord('A') + at)}", number] for at, number in enumerate(numbers)]
    return answer | {"table": {"columns": ["What", "Value"], "rows": rows}}


@dataclass(frozen=True)
class Card:
    """One paper as a mail shows it."""

    paper_id: str
    lead: str
    points: tuple[str, ...]
    cells: tuple[str, ...]
    text: str


def cards(html: str) -> Iterator[Card]:
    for card in lxml_html.fromstring(html).xpath('//tr[contains(@class, "paper")]'):
        url = next(href for href in card.xpath(".//h2/a/@href"))
        (lead,) = card.xpath('.//*[contains(@class, "lead")]')
        yield Card(
            paper_id=url.rsplit("/", 1)[-1],
            lead=lead.text_content().strip(),
            points=tuple(li.text_content() for li in card.xpath('.//ul[@class="points"]/li/span')),
            cells=tuple(td.text_content() for td in card.xpath('.//table[@class="results"]//td')),
            text=card.text_content(),
        )


def test_every_reader_has_a_mail_without_a_fault(sent: SentDay) -> None:
    assert len(sent.mails) == READERS
    for message in sent.mails:
        assert [each for each in lint(message) if not each.is_blemish] == []
        assert message.html_bytes <= 90_000


def test_every_card_speaks_of_its_own_paper(sent: SentDay) -> None:
    shown = Counter[str]()
    for message in sent.mails:
        language = "zh-Hans" if 'lang="zh-Hans"' in message.html else "en"
        for place, card in enumerate(cards(message.html)):
            made = sent.made[card.paper_id, language]
            what_is_shown_is_what_was_made(card, made, language, is_rich=place < RICH)
            if made.origin is SummaryOrigin.EXTRACTIVE:
                abstract = " ".join(sent.papers[card.paper_id].abstract.split())
                for text in (made.text.tldr, *made.text.points):
                    assert text.rstrip("…")[:60] in abstract
            shown[f"{made.origin} {language}"] += 1
            shown["tables"] += bool(card.cells)
    assert min(shown.values()) >= 10, shown
    assert sum(shown.values()) > 300


def what_is_shown_is_what_was_made(
    card: Card, made: Summary, language: str, *, is_rich: bool
) -> None:
    """Check TL;DR, points, table and the name of who wrote it."""
    assert card.lead.rstrip("…")[:60] in made.text.tldr, card
    assert ORIGINS[made.origin, language] in card.text
    assert ORIGINS[OTHER[made.origin], language] not in card.text
    if not is_rich:
        assert not card.points
        assert not card.cells
        return
    assert len(card.points) == min(3, len(made.text.points))
    for point in card.points:
        assert any(each.startswith(point.rstrip("…").strip()) for each in made.text.points), card
    rows = made.text.table.rows if made.text.table else ()
    assert card.cells == tuple(cell for row in rows for cell in row)
    button = "阅读完整总结" if language == "zh-Hans" else "Read the full summary"
    assert (button in card.text) == (made.origin is SummaryOrigin.LLM)


def test_lasting_faults_end_in_extracts_and_passing_ones_in_summaries(sent: SentDay) -> None:
    planned = faults(sent.papers)
    for (paper_id, _), made in sent.made.items():
        names = planned.get(paper_id, ("",))
        if names[-1] in LASTING:
            assert (made.origin, made.fault) == (SummaryOrigin.EXTRACTIVE, SummaryFault.REFUSED)
        elif names[-1] == "" and made.fault is not None:
            assert made.fault is SummaryFault.REFUSED, made
    kept = sum(made.fault is None for made in sent.made.values())
    assert kept >= 0.75 * len(sent.made)


def test_nothing_that_a_fault_said_is_in_a_mail(sent: SentDay) -> None:
    for message in sent.mails:
        for left in ("98.765", "evil.example", "<script", "very long very long", "I strongly",
                     "&lt;think", "I cannot", ">Error<", "alert(1)"):  # fmt: skip
            assert left not in message.html
            assert left not in message.text


def test_calls_are_those_of_distinct_picks(sent: SentDay) -> None:
    assert len(sent.made) <= sent.mind.calls <= 3 * len(sent.made)
    assert '"outage": ""' in sent.status
