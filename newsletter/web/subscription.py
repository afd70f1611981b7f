"""All routes that belong to readers: subscribe, confirm, tune, leave, vote."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from newsletter.web.confirm import ConfirmPage
from newsletter.web.feedback import FeedbackPage
from newsletter.web.health import HealthPage
from newsletter.web.move import MovePage
from newsletter.web.my_data import MyDataPage
from newsletter.web.openapi import OpenApiPage
from newsletter.web.preferences import PreferencesPage
from newsletter.web.renew import RenewPage
from newsletter.web.site import Site
from newsletter.web.subscribe import SubscribePage
from newsletter.web.unsubscribe import UnsubscribePage


def routes(site: Site) -> Sequence[BaseRoute]:
    """Return the routes of readers."""
    return (
        *SubscribePage(site=site).routes(),
        *ConfirmPage(site=site).routes(),
        *UnsubscribePage(site=site).routes(),
        *PreferencesPage(site=site).routes(),
        *MovePage(site=site).routes(),
        *FeedbackPage(site=site).routes(),
        *MyDataPage(site=site).routes(),
        *RenewPage(site=site).routes(),
        *HealthPage(site=site).routes(),
        *OpenApiPage().routes(),
    )
