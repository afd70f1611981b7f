"""One reader's digest as a mail."""

from pathlib import Path

from newsletter.errors import RenderError
from newsletter.model import Digest, Message
from newsletter.render.cache import LruCache
from newsletter.render.document import html_document
from newsletter.render.environment import make_environment, refuse_other_mjml, template_dir
from newsletter.render.frame import Frame, make_frame
from newsletter.render.headers import mail_headers
from newsletter.render.identity import MailIdentity, MailLinks
from newsletter.render.labels import choose_labels, load_labels
from newsletter.render.layout import Layout, layouts
from newsletter.render.text import text_document
from newsletter.render.words import DigestWords, digest_words

MAX_HTML_BYTES = 90_000
FRAMES = 16


class DigestRenderer:
    """Render digests; compiled frames and cards are remembered, so keep one for a process.

    It may be shared by threads.

    Raises:
        ConfigurationError: package ``mjml`` hides ``mjml-python``.
        RenderError: the templates are missing.
    """

    def __init__(self, identity: MailIdentity, *, folder: Path | None = None) -> None:
        refuse_other_mjml()
        templates = folder or template_dir()
        self._identity = identity
        self._environment = make_environment(templates)
        self._labels = load_labels(templates / "email" / "labels")
        self._frames: LruCache[str, Frame] = LruCache(FRAMES)

    def frame(self, language: str) -> Frame:
        """Return the templates of the language closest to this BCP 47 tag."""
        labels = choose_labels(language, self._labels)
        return self._frames.get_or_make(labels.tag, lambda: make_frame(self._environment, labels))

    def render(self, digest: Digest, *, delivery_id: str, links: MailLinks) -> Message:
        """Render one digest; the HTML is at most 90,000 bytes.

        Raises:
            RenderError: a delivery id or setting cannot stand in a header.
        """
        frame = self.frame(digest.subscriber.language)
        words = digest_words(digest, frame.labels, identity=self._identity)
        layout, html = _fitting(digest, frame, words=words, links=links)
        return Message(
            delivery_id=delivery_id,
            sender=self._identity.sender,
            reply_to=self._identity.reply_to,
            recipient=digest.subscriber.address,
            subject=words.subject,
            text=text_document(digest, frame, words=words, links=links, layout=layout),
            html=html,
            headers=mail_headers(self._identity, links, delivery_id=delivery_id),
        )


def _fitting(
    digest: Digest, frame: Frame, *, words: DigestWords, links: MailLinks
) -> tuple[Layout, str]:
    """Return the richest layout that fits, and its HTML."""
    for layout in layouts(len(digest.entries)):
        html = html_document(digest, frame, words=words, links=links, layout=layout)
        if len(html.encode()) <= MAX_HTML_BYTES:
            return layout, html
    raise RenderError("the frame of a mail alone is larger than a mail may be")
