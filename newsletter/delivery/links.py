"""The signed links of one reader's mail."""

from newsletter.model import Issue
from newsletter.render.identity import MailLinks
from subscribers.model import Subscriber
from subscribers.tokens import Purpose, TokenSigner


class SignedLinks:
    """Make links below the newsletter's own address; the routes are those of mail and web."""

    def __init__(self, base_url: str, signer: TokenSigner) -> None:
        self._base = base_url.rstrip("/")
        self._signer = signer

    def __call__(self, subscriber: Subscriber, issue: Issue) -> MailLinks:
        """Make the links of this reader's mail of this issue."""
        manage = self._signer.sign(Purpose.MANAGE, subscriber.id, generation=subscriber.generation)
        unsubscribe = self._signer.sign(Purpose.UNSUBSCRIBE, subscriber.id)
        view = self._signer.sign(Purpose.VIEW, subscriber.id, extra=issue.id)
        votes = self._signer.sign(Purpose.FEEDBACK, subscriber.id)
        return MailLinks(
            unsubscribe=f"{self._base}/u/{unsubscribe}",
            preferences=f"{self._base}/p/{manage}",
            view=f"{self._base}/v/{view}",
            archive=f"{self._base}/i",
            help=f"{self._base}/help",
            votes=f"{self._base}/f/{votes}",
        )
