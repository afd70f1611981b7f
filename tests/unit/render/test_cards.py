"""What a card shows, and that joining changes nothing."""

from datetime import date
from functools import cache
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.render_whole import WholeMail
from newsletter.model import AnnounceType, Digest, Paper, Reason, ReasonKind
from newsletter.render.cards import CardRenderer
from newsletter.render.composition import compositions
from newsletter.render.document import html_document
from newsletter.render.environment import make_environment, template_dir
from newsletter.render.labels import load_labels
from newsletter.render.mail import DigestRenderer
from newsletter.render.reasons import shown_reasons
from newsletter.render.views import PaperView, paper_view
from tests.factories import DAY, make_paper
from tests.unit.render.mails import LINKS, NASTY, digests, make_digest, make_reasons

LABELS = load_labels(template_dir() / "email" / "labels")


@cache
def whole_mail(renderer: DigestRenderer, language: str) -> WholeMail:
    return WholeMail.of(renderer, language)


def view(**fields: Any) -> PaperView:
    return paper_view(make_paper(**fields), LABELS["en"])


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(digests())
def test_joined_is_the_same_as_rendered_whole(renderer: DigestRenderer, digest: Digest) -> None:
    whole = whole_mail(renderer, digest.subscriber.language)
    whole.views.clear()
    frame = renderer.frame(digest.subscriber.language)
    for made in islice(compositions(digest, frame, links=LINKS), 3):
        joined = html_document(made)
        assert joined.html == whole.by_jinja(made)
        assert joined.size == len(joined.html.encode())


def test_authors_are_shortened_with_their_number() -> None:
    names = [f"Author {number}" for number in range(3303)]
    assert view(authors=names).authors == "Author 0, Author 1, Author 2 … Author 3302 (3,303)"
    assert view(authors=names[:4]).authors == "Author 0, Author 1, Author 2, Author 3"
    assert view(authors=()).authors == ""


@pytest.mark.parametrize(
    ("announce_type", "kind"),
    [
        (AnnounceType.NEW, "new"),
        (AnnounceType.CROSS, "cross-list"),
        (AnnounceType.REPLACE, "updated, v3"),
        (AnnounceType.REPLACE_CROSS, "cross-list updated, v3"),
    ],
)
def test_the_kind_of_announcement_is_told(announce_type: AnnounceType, kind: str) -> None:
    assert view(announce_type=announce_type, version=3).kind == kind


def test_other_categories_acceptance_and_marks_are_told() -> None:
    shown = view(
        categories=("cs.LG", "cs.DC", "stat.ML"),
        acceptance="NeurIPS 2026",
        announced_on=date(2026, 11, 18),
        comment="Withdrawn by the authors",
    )
    assert (shown.category, shown.also_in) == ("cs.LG", "also in cs.DC, stat.ML")
    assert shown.accepted == "Accepted: NeurIPS 2026"
    assert shown.late == "late: announced on 18 Nov"
    assert shown.withdrawn == "withdrawn by its authors"
    assert shown.pdf_url == ""


def test_many_categories_are_counted() -> None:
    names = tuple(f"cs.{letter}" for letter in "ABCDEFGH")
    assert view(categories=names).also_in == "also in cs.B, cs.C, cs.D, cs.E, cs.F +2"


def test_a_paper_without_title_is_called_by_its_id() -> None:
    assert view(title="\x00\n").title == make_paper().id
    assert view(title="0").title == "0"


def test_a_card_is_made_once_and_again_when_its_text_changes() -> None:
    cards = CardRenderer(make_environment(template_dir()), LABELS["en"])
    paper = make_paper()
    card = cards.card(paper)
    assert cards.card(make_paper()) is card
    changed: list[dict[str, Any]] = [
        {"title": "Other"}, {"abstract": "Other."}, {"authors": ("Other",)},
        {"categories": ("cs.CL",)}, {"announce_type": AnnounceType.CROSS}, {"comment": "withdrawn"},
        {"announced_on": date(2026, 11, 18)}, {"acceptance": "ICML"},
        {"code_url": "https://github.com/a/b"},
    ]  # fmt: skip
    for fields in changed:
        other = cards.card(make_paper(**fields))
        assert other.rich != card.rich or other.text != card.text
        assert cards.card(paper) is not other


def test_every_nasty_text_is_escaped(renderer: DigestRenderer) -> None:
    papers: list[Paper] = [
        make_paper(number, title=text, abstract=text, authors=(text,), acceptance=text)
        for number, text in enumerate(NASTY, start=1)
    ]
    html = renderer.html(make_digest(papers, reasons=make_reasons(*NASTY[:4])), links=LINKS)
    assert "<script" not in html
    assert "a &lt; b &amp; c &gt; d" in html
    assert "中文 &gt; 3x 更快" in html
    for left in ("{{", "{%", "@@", "\\frac", "\x02", "\x03", "\ufffd", "\u202e", "Bcc:\n"):
        assert left not in html


def test_reasons_are_chips_in_the_readers_words(renderer: DigestRenderer) -> None:
    told = (
        Reason(kind=ReasonKind.AUTHOR, term="Ada Example", value=5.0),
        Reason(kind=ReasonKind.TITLE_KEYWORD, term="MoE", value=3.0),
        Reason(kind=ReasonKind.MUTED, term="survey", value=-1.0),
    )
    html = renderer.html(make_digest([make_paper()], reasons=told), links=LINKS)
    assert 'author you follow: <span dir="auto">Ada Example</span>' in html
    assert '<span dir="auto">MoE</span> in title' in html
    assert 'muted: <span dir="auto">survey</span>' in html


def test_mutes_are_never_left_out() -> None:
    mute = Reason(kind=ReasonKind.MUTED, term="survey", value=-1.0)
    told = (*make_reasons("a", "b", "c", "d"), mute)
    assert shown_reasons(told, 3) == ((*make_reasons("a", "b"), mute), 2)
    assert shown_reasons(told, 5) == (told, 0)


def test_late_is_judged_by_the_day_of_the_issue() -> None:
    assert view(announced_on=DAY).late == ""
