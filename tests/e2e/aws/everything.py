"""A life of a deployment in which each function has to do all that it can do."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

from ulid import ULID

from newsletter.fanout.parcel import pack_all, shares_of
from newsletter.model import DeliveryState, Issue, Receipt
from newsletter.people.links import ReaderLinks
from newsletter.people.stamp import FormStamps
from newsletter.stores.dynamodb.store import DynamoStore
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import Notice, NoticeKind
from subscribers.tokens import TokenSigner
from tests.contract.stores.event_values import make_bounce
from tests.contract.stores.values import make_delivery
from tests.e2e.aws.announcing import announce_today, readers_at
from tests.e2e.aws.deployment import DOMAIN, SECRETS, Deployment, now, record
from tests.e2e.aws.requests import form, request
from tests.factories import make_issue, make_paper, make_subscriber
from tests.servers.fake_ses import Accepted
from tests.servers.fake_ses_events import make_event
from tests.servers.fake_ses_script import QUOTA, RESET_AFTER_ACCEPT

READERS = 8
S = DeliveryState
KEYS = [SECRETS["token_keys"].encode()]
LINKS = ReaderLinks(f"https://{DOMAIN}", TokenSigner(KEYS, clock=now))


def live(made: Deployment) -> None:
    """Let all of it happen."""
    day, at = announce_today(made)
    with made.open_store() as store:
        store.subscribers.add_all(readers_at(READERS, hours=(7,)))
        _wait_for_post(store)
        _hear_of_it(store, _leave_behind(store, at))
    assert made.call_at("prepare", at)["state"] == "ready"
    made.call_at("fanout", at + timedelta(hours=12))
    _deliver(made)
    _tell(made)
    made.call_at("fanout", at + timedelta(hours=13))
    _come_late(made, f"{day}-daily")
    _visit(made)


def _leave_behind(store: DynamoStore, at: datetime) -> Issue:
    """Have an issue of yesterday, with mails in all states that somebody must care for."""
    on = at.date() - timedelta(days=1)
    long_ago = now() - timedelta(hours=30)
    issue = make_issue(id=f"{on}-daily", first_on=on, last_on=on, created_at=long_ago)
    store.papers.save_announcement([make_paper(1, issue_on=on), make_paper(2, issue_on=on)], [])
    mails = [make_delivery(number, issue=issue) for number in range(READERS)]
    store.ledger.plan(issue, mails)
    claims = store.ledger.claim(issue.id, limit=5, lease_until=now() - timedelta(minutes=1))
    receipt = Receipt(provider_id="yesterday", accepted_at=long_ago)
    store.ledger.settle(claims[0], S.SENT, receipt=receipt)
    store.ledger.settle(claims[1], S.UNKNOWN, reason="the connection broke")
    store.ledger.settle(claims[2], S.REJECTED, reason="refused")
    return issue


def _wait_for_post(store: DynamoStore) -> None:
    """Have readers whose pause is over, and who never confirmed, and a mail that is long sent."""
    long_ago = now() - timedelta(days=200)
    paused = make_subscriber(50, state=SubscriberState.PAUSED, paused_until=long_ago.date())
    silent = make_subscriber(
        51, state=SubscriberState.PENDING, confirmed_at=None, created_at=long_ago
    )
    gone = [make_subscriber(number, state=SubscriberState.UNSUBSCRIBED) for number in (60, 61)]
    store.subscribers.add_all([paused, silent, *gone])
    store.notices.queue(
        Notice(
            id=str(ULID()),
            kind=NoticeKind.CONFIRM,
            subscriber_id=None,
            address="x@example.org",
            requested_at=long_ago,
        )
    )


def _hear_of_it(store: DynamoStore, issue: Issue) -> None:
    """Keep events: old ones, and one of a mail whose sender has died before it wrote it down."""
    old = now() - timedelta(days=100)
    store.events.keep([make_bounce(number=1, at=old, delivery_id=None)], received_at=old)
    dead = next(iter(store.ledger.deliveries(issue.id, state=S.SENDING)))
    store.events.keep([make_bounce(at=now(), delivery_id=dead.id)], received_at=now())
    store.events.keep([make_bounce(number=60, at=now())], received_at=now())


def _deliver(made: Deployment) -> None:
    """Deliver: first without time, then until the quota is used up, and one answer is lost."""
    sqs, url = made.sdk("sqs"), made.stack.queue_urls["ParcelQueue"]
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]:
        event = {"Records": [record(message["Body"], message["MessageId"])]}
        assert made.call("deliver", event, timeout_s=14)["batchItemFailures"] == []
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    made.ses.script(RESET_AFTER_ACCEPT, *[QUOTA] * 2)
    made.pump()


def _come_late(made: Deployment, issue_id: str) -> None:
    """Deliver a parcel that lay about for three days: its mails are skipped."""
    with made.open_store() as store:
        bundle = store.slots.ready(issue_id)
    assert bundle is not None
    late, mails = now() - timedelta(days=3), [make_delivery(number) for number in (50, 51)]
    for message in pack_all(shares_of(mails), issue_id=issue_id, bundle=bundle, planned_at=late):
        made.call("deliver", {"Records": [record(message)]})
    with made.open_store() as store:
        assert store.ledger.count_by_state(issue_id)[S.SKIPPED] >= len(mails)


def _tell(made: Deployment) -> None:
    """Tell of mails in all ways: good news, bad news, and what nobody understands."""
    mail = made.ses.outbox[0]
    gone = replace(mail, message_id="other", recipients=(make_subscriber(61).address,))
    told = [make_event(kind, mail) for kind in ("Delivery", "Bounce", "Complaint")]
    told.append(make_event("Bounce", gone))
    bodies = [json.dumps(event) for event in told]
    for some in (bodies, ["nobody understands this"], bodies):
        answer = made.call("events", {"Records": [record(body) for body in some]})
        assert answer == {"batchItemFailures": []}


def _visit(made: Deployment) -> None:
    """Be a visitor who subscribes, changes everything, and leaves for good."""
    stamp = FormStamps(tuple(KEYS), clock=_earlier, min_age_s=0.0).make()
    for path in ("/", "/i", "/health", "/feed/atom.xml", _link_in(made.ses.outbox[0], "v")):
        _ask(made, request("GET", path))
    _ask(made, form("/subscribe", stamp=stamp, address="visitor@example.org"))
    _ask(made, _post(LINKS.confirm(_reader(made))))
    made.call("post")
    own = LINKS.preferences(_reader(made))
    _ask(made, request("GET", urlsplit(own).path))
    _ask(made, _post(own, "/pause", until=str(now().date() + timedelta(days=3))))
    _ask(made, _post(own, "/move", address="elsewhere@example.org"))
    _move(made)
    reader = _reader(made, "elsewhere@example.org")
    _ask(made, _post(f"/f/{LINKS.vote_token(reader)}/more/2611.00001"))
    _ask(made, _post(LINKS.export(reader)))
    made.call("post")
    for each in (*readers_at(READERS), reader):
        _ask(made, _post(LINKS.erase(_reader(made, each.address))))


def _move(made: Deployment) -> None:
    """Agree in both mailboxes, by the links in the mails."""
    made.call("post")
    for mail in made.ses.outbox[-2:]:
        _ask(made, form(_link_in(mail, "m")))


def _link_in(mail: Accepted, kind: str) -> str:
    """Return the path of a mail's link of this kind."""
    text = message_from_bytes(mail.raw, policy=policy.default).get_body(("plain",))
    assert text is not None
    link = re.search(rf"https://[^/\s]+(/{kind}/\S+)", text.get_content())
    assert link is not None
    return link[1]


def _earlier() -> datetime:
    return now() - timedelta(minutes=5)


def _reader(made: Deployment, address: str = "visitor@example.org") -> Subscriber:
    with made.open_store() as store:
        found = store.subscribers.find(address)
    assert found is not None
    return found


def _post(link: str, more: str = "", **typed: str) -> dict[str, Any]:
    return form(urlsplit(link).path + more, **typed)


def _ask(made: Deployment, event: dict[str, Any]) -> None:
    answer = made.call("web", event)
    assert answer["statusCode"] in {200, 303}, answer["body"][:2000]
