"""The settings: what can be set, where it is set, and what is wrong with it.

A key is ``section.name``. It comes from the settings file, and over it from the environment as
``NEWSLETTER_SECTION__NAME``; secrets come only from the environment, or from a file it names.
"""

from newsletter.config.effective import EffectiveSetting, effective_settings
from newsletter.config.identity import require_mail_identity
from newsletter.config.interests import InterestsSettings
from newsletter.config.load import Loaded, load_settings
from newsletter.config.local_secrets import Secrets, ensure_local_secrets, resolve_secrets
from newsletter.config.sections import (
    ArxivSettings,
    DeliverySettings,
    LogSettings,
    MailerSettings,
    MailSettings,
    RankingSettings,
    SecretSettings,
    StoreSettings,
    WebSettings,
)
from newsletter.config.settings import Settings

__all__ = [
    "ArxivSettings",
    "DeliverySettings",
    "EffectiveSetting",
    "InterestsSettings",
    "Loaded",
    "LogSettings",
    "MailSettings",
    "MailerSettings",
    "RankingSettings",
    "SecretSettings",
    "Secrets",
    "Settings",
    "StoreSettings",
    "WebSettings",
    "effective_settings",
    "ensure_local_secrets",
    "load_settings",
    "require_mail_identity",
    "resolve_secrets",
]
