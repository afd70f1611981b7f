"""From a claim to finished bytes: the digest, its mail, its envelope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.digests.assemble import assemble
from newsletter.model import Delivery, Digest, Envelope, Issue, Message, Paper, Summary
from newsletter.ports import Clock, PaperCatalogue
from newsletter.render.identity import MailLinks
from newsletter.render.mail import DigestRenderer
from newsletter.render.mime import split_mailbox, to_bytes
from subscribers.model import Subscriber

LinkMaker = Callable[[Subscriber, Issue], MailLinks]
"""Make the links of one reader's mail."""

SummaryLookup = Callable[[Sequence[Paper], str], Mapping[str, Summary]]
"""Find the summaries of papers for readers of a language (BCP 47), by paper id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One reader's mail in all its shapes.

    Attributes:
        message: what a person reads.
        envelope: what a mailer hands over.
    """

    digest: Digest
    message: Message
    envelope: Envelope


class Composer:
    """Compose the mails of one issue; its papers are read once and kept while it lasts."""

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        issue: Issue,
        *,
        papers: PaperCatalogue,
        renderer: DigestRenderer,
        links: LinkMaker,
        clock: Clock,
        summaries: SummaryLookup | None = None,
    ) -> None:
        self._issue = issue
        self._store = papers
        self._papers = {
            paper.id: paper for paper in papers.papers_between(issue.first_on, issue.last_on)
        }
        self._renderer = renderer
        self._links = links
        self._clock = clock
        self._find_summaries = summaries
        self._summaries: dict[str, Mapping[str, Summary]] = {}

    def compose(self, delivery: Delivery, subscriber: Subscriber) -> Mail:
        """Compose one mail; raise ``RenderError`` when it cannot be made."""
        self._read_old_papers(delivery)
        digest = assemble(
            self._issue,
            delivery,
            subscriber=subscriber,
            papers=self._papers,
            summaries=self._summaries_for(subscriber.language),
        )
        message = self._renderer.render(
            digest, delivery_id=delivery.id, links=self._links(subscriber, self._issue)
        )
        envelope = Envelope(
            delivery_id=delivery.id,
            issue_id=delivery.issue_id,
            attempt=max(1, delivery.attempt),
            sender=split_mailbox(message.sender)[1],
            recipient=message.recipient,
            raw=to_bytes(message, sent_at=self._clock()),
        )
        return Mail(digest=digest, message=message, envelope=envelope)

    def _summaries_for(self, language: str) -> Mapping[str, Summary]:
        """Return the summaries of all papers, read once for each language."""
        if language not in self._summaries and self._find_summaries is not None:
            found = self._find_summaries(tuple(self._papers.values()), language)
            self._summaries[language] = found
        return self._summaries.get(language, {})

    def _read_old_papers(self, delivery: Delivery) -> None:
        """Add papers of earlier issues that this reader did not get then."""
        missing = [pick.paper_id for pick in delivery.picks if pick.paper_id not in self._papers]
        if missing:
            self._papers |= self._store.known_papers(missing)
            self._summaries.clear()
