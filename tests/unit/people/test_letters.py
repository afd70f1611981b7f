"""Every notice keeps the rules of the digest that apply to it, in every language."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from newsletter.model import Entry, Envelope, Message, Reason, ReasonKind, Score
from newsletter.people.letters import Letters, when_sent
from newsletter.people.links import ReaderLinks
from newsletter.render.identity import MailIdentity
from newsletter.render.lint import Rule, lint
from newsletter.render.notices import NoticeRenderer
from subscribers.model import Cadence, Frequency, Subscriber, SubscriberState
from subscribers.moves import Move
from subscribers.notices import Notice, NoticeKind
from subscribers.tokens import TokenSigner
from tests.factories import NOW, make_paper, make_subscriber
from tests.mail_rules import broken_markup, broken_styles

IDENTITY = MailIdentity(
    title="arXiv Digest",
    sender="arXiv Digest <digest@papers.example.org>",
    reply_to="owner@example.org",
    postal_address="Example Street 1, 12345 Example Town",
    list_id="digest.papers.example.org",
    site_url="https://papers.example.org",
)
SIGNER = TokenSigner([bytes(range(32))], clock=lambda: NOW)
MOVE = Move(
    id="01MOVE", subscriber_id=make_subscriber().id, address="new.one@example.net", requested_at=NOW
)
NASTY = "<b>{{ x }}</b> & \\frac @@rows@@ 中文 שלום \x07 \u202e"
STATES = {
    NoticeKind.CONFIRM: SubscriberState.PENDING,
    NoticeKind.GOODBYE: SubscriberState.UNSUBSCRIBED,
}
WITHOUT_LEAVING = {NoticeKind.GOODBYE, NoticeKind.MOVE_NEW}


def latest(_: Subscriber) -> tuple[Entry, ...]:
    reasons = (Reason(kind=ReasonKind.TITLE_KEYWORD, term=NASTY, value=1.0),)
    score = Score(value=1.0, reasons=reasons)
    titles = (NASTY, "A " * 150, "词" * 200)
    return tuple(
        Entry(rank=rank, paper=make_paper(rank, title=title), score=score)
        for rank, title in enumerate(titles, start=1)
    )


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(
        renderer=NoticeRenderer(IDENTITY),
        identity=IDENTITY,
        links=ReaderLinks(IDENTITY.site_url, SIGNER),
        latest=latest,
        clock=lambda: NOW,
    )


def write(letters: Letters, kind: NoticeKind, language: str = "en") -> Envelope:
    reader = make_subscriber(language=language, state=STATES.get(kind, SubscriberState.ACTIVE))
    notice = Notice(
        id="01NOTICE", kind=kind, subscriber_id=reader.id, address=reader.address, requested_at=NOW
    )
    return letters.write(notice, reader, move=MOVE)


def parsed(envelope: Envelope) -> EmailMessage:
    mail = message_from_bytes(envelope.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def as_message(envelope: Envelope) -> Message:
    """The mail as it arrives, taken apart for the lint."""
    mail = parsed(envelope)
    own = {
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
    }
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return Message(
        delivery_id=envelope.delivery_id,
        sender=mail["From"],
        reply_to=mail["Reply-To"],
        recipient=mail["To"],
        subject=mail["Subject"],
        text=plain.get_content(),
        html=html.get_content(),
        headers=tuple((n, str(v)) for n, v in mail.items() if n.lower() not in own),
    )


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_keeps_the_rules_that_apply_to_it(
    letters: Letters, kind: NoticeKind, language: str
) -> None:
    message = as_message(write(letters, kind, language))
    found = [each for each in lint(message) if not each.is_blemish]
    about_leaving = (Rule.UNSUBSCRIBE, Rule.ONE_CLICK, Rule.HEADERS)
    if kind in WITHOUT_LEAVING:
        found = [each for each in found if each.rule not in about_leaving]
    # There is no page of this mail: it has nobody's papers in it.
    found = [each for each in found if "Archived-At" not in each.detail]
    assert found == []
    assert [*broken_markup(message.html), *broken_styles(message.html)] == []
    names = [name for name, _ in message.headers]
    assert ("List-Unsubscribe" in names) is (kind not in WITHOUT_LEAVING)


@pytest.mark.parametrize("kind", NoticeKind)
def test_both_parts_have_the_same_links(letters: Letters, kind: NoticeKind) -> None:
    message = as_message(write(letters, kind))
    links = {word for word in message.text.split() if word.startswith("https://")}
    assert {f'href="{link}"' in message.html for link in links} == {True}
    assert message.html.count("href=") == len(links)


def test_what_papers_say_cannot_break_out(letters: Letters) -> None:
    message = as_message(write(letters, NoticeKind.WELCOME))
    assert "<b>{{" not in message.html
    assert "&lt;b&gt;" in message.html
    assert "\x07" not in message.text + message.html


def test_the_new_address_is_masked_for_the_old_mailbox(letters: Letters) -> None:
    raw = write(letters, NoticeKind.MOVE_OLD).raw
    assert b"new.one" not in raw
    assert "n***e@example.net" in as_message(write(letters, NoticeKind.MOVE_OLD)).text


def test_no_two_kinds_look_the_same(letters: Letters) -> None:
    texts = {kind: as_message(write(letters, kind)).text for kind in NoticeKind}
    assert len(set(texts.values())) == len(NoticeKind)


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (Cadence(), "every day at 07:00 (UTC)"),
        (Cadence(frequency=Frequency.WEEKDAYS), "from Monday to Friday at 07:00 (UTC)"),
        (Cadence(frequency=Frequency.WEEKLY, weekday=4), "every week on Fri at 07:00 (UTC)"),
    ],
)
def test_it_says_when_digests_come(letters: Letters, cadence: Cadence, words: str) -> None:
    reader = make_subscriber(cadence=cadence)
    assert when_sent(reader, letters.renderer.labels("en")) == words
