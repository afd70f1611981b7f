"""Open the readers' office: its services over the store, the settings and the mailer."""

from collections.abc import Sequence

from newsletter.bootstrap import App
from newsletter.model import Entry
from newsletter.people.letters import MAX_PAPERS, Letters
from newsletter.people.limits import Rates, WishLimiter
from newsletter.people.links import ReaderLinks
from newsletter.people.membership import Membership
from newsletter.people.moving import Moving
from newsletter.people.office import Office
from newsletter.people.post import Post
from newsletter.people.rights import Rights
from newsletter.people.signup import SignUps
from newsletter.people.stamp import FormStamps
from newsletter.people.voting import Voting
from newsletter.ports import Store
from newsletter.render.notices import NoticeRenderer
from subscribers.model import Subscriber
from subscribers.tokens import TokenSigner


def open_office(app: App, store: Store) -> Office:
    """Put the services together over an open store."""
    limiter = WishLimiter(_rates(app))
    membership = Membership(
        readers=store.readers,
        subscribers=store.subscribers,
        suppressions=store.suppressions,
        clock=app.clock,
        says_goodbye=app.settings.web.goodbye_mail,
    )
    tokens = TokenSigner(app.secrets().token_keys, clock=app.clock)
    links = ReaderLinks(app.house.site_url, tokens)
    sign_ups = _sign_ups(app, store, limiter)
    return Office(
        sign_ups=sign_ups,
        membership=membership,
        moving=_moving(app, store, limiter, membership=membership, sign_ups=sign_ups),
        rights=_rights(app, store, limiter, membership=membership),
        voting=Voting(
            membership=membership, papers=store.papers, feedback=store.feedback, clock=app.clock
        ),
        post=_post(app, store, links),
        links=links,
        readers=store.readers,
        clock=app.clock,
        tokens=tokens,
    )


def _rates(app: App) -> Rates:
    web = app.settings.web
    return Rates(
        per_address=web.requests_per_address,
        per_network=web.requests_per_network,
        in_all=web.requests_in_all,
    )


def _sign_ups(app: App, store: Store, limiter: WishLimiter) -> SignUps:
    secrets = app.secrets()
    return SignUps(
        readers=store.readers,
        subscribers=store.subscribers,
        notices=store.notices,
        limiter=limiter,
        stamps=FormStamps(
            secrets.token_keys, clock=app.clock, min_age_s=app.settings.web.form_min_s
        ),
        template=app.house.interests,
        address_key=secrets.address_key,
        refused_domains=frozenset(app.settings.web.refused_domains),
        clock=app.clock,
    )


def _moving(
    app: App,
    store: Store,
    limiter: WishLimiter,
    *,
    membership: Membership,
    sign_ups: SignUps,
) -> Moving:
    return Moving(
        membership=membership,
        moves=store.moves,
        notices=store.notices,
        readers=store.readers,
        subscribers=store.subscribers,
        sign_ups=sign_ups,
        limiter=limiter,
        clock=app.clock,
    )


def _rights(app: App, store: Store, limiter: WishLimiter, *, membership: Membership) -> Rights:
    return Rights(
        membership=membership,
        readers=store.readers,
        notices=store.notices,
        feedback=store.feedback,
        limiter=limiter,
        clock=app.clock,
        forget_mails=app.forget_mails,
    )


def _post(app: App, store: Store, links: ReaderLinks) -> Post:
    job = app.job(store)

    def latest(reader: Subscriber) -> Sequence[Entry]:
        return job.latest_for(reader, limit=MAX_PAPERS)

    return Post(
        notices=store.notices,
        moves=store.moves,
        subscribers=store.subscribers,
        letters=Letters(
            renderer=NoticeRenderer(app.identity),
            identity=app.identity,
            links=links,
            latest=latest,
            clock=app.clock,
        ),
        mailer=app.mailer,
        clock=app.clock,
    )
