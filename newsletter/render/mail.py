"""One reader's digest as a mail."""

from pathlib import Path

from newsletter.errors import RenderError
from newsletter.model import Digest, Message
from newsletter.render.cache import LruCache
from newsletter.render.composition import Composition, compositions
from newsletter.render.document import html_document
from newsletter.render.environment import make_environment, refuse_other_mjml, template_dir
from newsletter.render.frame import Frame, make_frame
from newsletter.render.headers import mail_headers
from newsletter.render.identity import MailIdentity, MailLinks
from newsletter.render.labels import choose_labels, load_labels
from newsletter.render.text import text_document

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
        return self._frames.get_or_make(
            labels.tag,
            lambda: make_frame(self._environment, labels, identity=self._identity),
        )

    def render(self, digest: Digest, *, delivery_id: str, links: MailLinks) -> Message:
        """Render one digest; the HTML is at most 90,000 bytes.

        Raises:
            RenderError: a delivery id or setting cannot stand in a header.
        """
        made, html = self._fitting(digest, links)
        return Message(
            delivery_id=delivery_id,
            sender=self._identity.sender,
            reply_to=self._identity.reply_to,
            recipient=digest.subscriber.address,
            subject=made.words.subject,
            text=text_document(made),
            html=html,
            headers=mail_headers(self._identity, links, delivery_id=delivery_id),
        )

    def html(self, digest: Digest, *, links: MailLinks) -> str:
        """Render the HTML part alone, for a page."""
        return self._fitting(digest, links)[1]

    def _fitting(self, digest: Digest, links: MailLinks) -> tuple[Composition, str]:
        """Return the richest layout whose HTML is not too large, and that HTML."""
        frame = self.frame(digest.subscriber.language)
        for made in compositions(digest, frame, links=links):
            document = html_document(made)
            if document.size <= MAX_HTML_BYTES:
                return made, document.html
        raise RenderError("the frame of a mail alone is larger than a mail may be")
