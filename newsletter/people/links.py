"""The links by which readers act; whoever holds one may do what it is for."""

from subscribers.model import Subscriber
from subscribers.moves import Mailbox, Move
from subscribers.tokens import Purpose, TokenSigner


class ReaderLinks:
    """Make links below the newsletter's own address."""

    def __init__(self, base_url: str, signer: TokenSigner) -> None:
        self.base = base_url.rstrip("/")
        self._signer = signer

    def confirm(self, subscriber: Subscriber) -> str:
        """Return the link that starts the mails."""
        return f"{self.base}/c/{self._signer.sign(Purpose.CONFIRM, subscriber.id)}"

    def preferences(self, subscriber: Subscriber) -> str:
        """Return the link to the reader's own page."""
        return f"{self.base}/p/{self.manage_token(subscriber)}"

    def unsubscribe(self, subscriber: Subscriber) -> str:
        """Return the link that ends the mails, for ever good."""
        return f"{self.base}/u/{self._signer.sign(Purpose.UNSUBSCRIBE, subscriber.id)}"

    def feed(self, subscriber: Subscriber) -> str:
        """Return the address of the reader's own feed."""
        token = self._signer.sign(Purpose.FEED, subscriber.id, generation=subscriber.generation)
        return f"{self.base}/feed/r/{token}.atom"

    def move(self, move: Move, mailbox: Mailbox) -> str:
        """Return the link by which one of both mailboxes agrees."""
        token = self._signer.sign(
            Purpose.MOVE, move.subscriber_id, extra=f"{mailbox.value}:{move.id}"
        )
        return f"{self.base}/m/{token}"

    def export(self, subscriber: Subscriber) -> str:
        """Return the link to all that is kept about the reader."""
        token = self._signer.sign(Purpose.EXPORT, subscriber.id, generation=subscriber.generation)
        return f"{self.base}/d/{token}"

    def erase(self, subscriber: Subscriber) -> str:
        """Return the link that forgets the reader."""
        token = self._signer.sign(Purpose.ERASE, subscriber.id, generation=subscriber.generation)
        return f"{self.base}/e/{token}"

    def manage_token(self, subscriber: Subscriber) -> str:
        """Return what opens the reader's own page."""
        return self._signer.sign(Purpose.MANAGE, subscriber.id, generation=subscriber.generation)

    def vote_token(self, subscriber: Subscriber) -> str:
        """Return what lets the reader vote."""
        return self._signer.sign(Purpose.FEEDBACK, subscriber.id)

    def undo_token(self, subscriber: Subscriber) -> str:
        """Return what undoes leaving, as long as nothing else has happened since."""
        return self._signer.sign(Purpose.UNDO, subscriber.id, extra=str(subscriber.revision))
