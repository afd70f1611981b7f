"""Stop a run that does harm: too many bounces, complaints, refusals."""

from collections.abc import Mapping
from typing import Final

from newsletter.delivery.outcomes import Outcome
from newsletter.model import DeliveryState, IssueState
from newsletter.ports import Ledger

MAX_BOUNCED: Final = 0.05
MAX_COMPLAINED: Final = 0.001
LEAST_SENT: Final = 100
CANARIES: Final = 50
REJECTIONS_IN_A_ROW: Final = 5

_D = DeliveryState
_HEARD: Final = (_D.DELIVERED, _D.DELAYED, _D.BOUNCED, _D.COMPLAINED)


class Guard:
    """Watch what becomes of an issue's mails while they are sent.

    Counts from where the run began: an operator who lets a stopped issue go on has decided.
    """

    def __init__(self, ledger: Ledger, issue_id: str) -> None:
        self._ledger = ledger
        self._issue_id = issue_id
        self._before = ledger.count_by_state(issue_id)
        self._rejections = 0

    @property
    def accepted_before(self) -> int:
        """Return how many mails of the issue were accepted before this run."""
        return accepted(self._before)

    def note(self, outcome: Outcome) -> str | None:
        """Learn from an outcome; return why to stop, if it is the last of too many refusals."""
        if outcome.state is _D.REJECTED:
            self._rejections += 1
        elif outcome.state is _D.SENT:
            self._rejections = 0
        if self._rejections < REJECTIONS_IN_A_ROW:
            return None
        return (
            f"{self._rejections} mails in a row were refused for good, the last one because: "
            f"{outcome.error}"
        )

    def check(self, *, least_sent: int = LEAST_SENT) -> str | None:
        """Ask the ledger what came back; return why to stop, if it is too much."""
        now = self._ledger.count_by_state(self._issue_id)
        sent = accepted(now) - accepted(self._before)
        if sent < least_sent:
            return None
        for state, share in ((_D.BOUNCED, MAX_BOUNCED), (_D.COMPLAINED, MAX_COMPLAINED)):
            number = now.get(state, 0) - self._before.get(state, 0)
            if number > share * sent:
                return f"{number} of {sent} mails {state.value}: more than {share:.1%}"
        return None

    def has_heard_of_all(self) -> bool:
        """Tell whether something has come back about every mail of this run."""
        now = self._ledger.count_by_state(self._issue_id)
        return now.get(_D.SENT, 0) <= self._before.get(_D.SENT, 0)

    def stop(self, reason: str) -> None:
        """Pause the issue for everybody who sends it, until an operator resumes it."""
        self._ledger.set_issue_state(self._issue_id, IssueState.PAUSED, reason=reason)


def accepted(counts: Mapping[DeliveryState, int]) -> int:
    """Count the mails that the provider took on."""
    return sum(counts.get(state, 0) for state in (_D.SENT, *_HEARD))
