"""What an operator has at home of a deployment: a folder with the file that its outputs give."""

from datetime import date
from pathlib import Path

import pytest

from newsletter.model import DeliveryState, IssueState
from tests.e2e.aws.deployment import DOMAIN, Deployment
from tests.e2e.commands import Ended, run

NAMES_OF_TESTS = {
    "${ConfigurationSet}": "newsletter-test",
    "https://${WebApi}": f"https://{DOMAIN}",
}
"""What moto leaves open, for it does not make them."""


class Operator:
    """Somebody in a folder with ``newsletter.aws.toml``."""

    def __init__(self, made: Deployment, folder: Path) -> None:
        self._made = made
        self.folder = folder
        (folder / "newsletter.aws.toml").write_text(_settings(made), encoding="utf-8")

    def run(self, *words: str, **environ: str) -> Ended:
        """Run ``newsletter --profile aws WORDS``."""
        made = self._made
        talking = {
            "NEWSLETTER_AWS__ENDPOINT_URL": made.moto.url,
            "NEWSLETTER_MAILER__ENDPOINT_URL": made.ses.url,
            "NEWSLETTER_ARXIV__FEED_URL": made.arxiv.feed_url,
            "NEWSLETTER_ARXIV__LISTING_URL": made.arxiv.listing_url,
            "NEWSLETTER_ARXIV__SEARCH_URL": made.arxiv.search_url,
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_STORE__DATA_DIR": str(self.folder / "data"),
            "NEWSLETTER_LOG__LEVEL": "error",
        }
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(self.folder)
            return run("--profile", "aws", *words, **talking | environ)


def _settings(made: Deployment) -> str:
    stacks = made.sdk("cloudformation").describe_stacks()["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0]["Outputs"]}
    text = str(outputs["Settings"])
    for open_, name in NAMES_OF_TESTS.items():
        text = text.replace(open_, name)
    return text


def counts(made: Deployment, day: date) -> dict[DeliveryState, int]:
    """Count the issue's mails in the real store."""
    with made.open_store() as store:
        return dict(store.ledger.count_by_state(f"{day}-daily"))


def state(made: Deployment, day: date) -> IssueState | None:
    """Return the issue's state in the real store."""
    with made.open_store() as store:
        issue = store.ledger.issue(f"{day}-daily")
    return issue.state if issue else None
