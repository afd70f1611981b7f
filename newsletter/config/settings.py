"""All settings in one value."""

from pydantic import Field

from newsletter.config.aws import AwsSettings
from newsletter.config.interests import InterestsSettings
from newsletter.config.section import Section
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
from newsletter.config.summaries import SummarySettings


class Settings(Section):
    """All settings; each attribute is one table of the settings file."""

    store: StoreSettings = Field(default_factory=StoreSettings)
    arxiv: ArxivSettings = Field(default_factory=ArxivSettings)
    interests: InterestsSettings = Field(default_factory=InterestsSettings)
    ranking: RankingSettings = Field(default_factory=RankingSettings)
    summaries: SummarySettings = Field(default_factory=SummarySettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    mailer: MailerSettings = Field(default_factory=MailerSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    aws: AwsSettings = Field(default_factory=AwsSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    secrets: SecretSettings = Field(default_factory=SecretSettings)
