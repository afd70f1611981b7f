"""Put what runs on AWS together: the part of ``bootstrap`` that knows its adapters."""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.config.settings import Settings
from newsletter.errors import ConfigurationError
from newsletter.ports import BundleStore, ParcelQueue

BUNDLES_FOLDER = "bundles"


def make_queue(settings: Settings) -> ParcelQueue:
    """Return the queue of work: that of the settings, else one in memory."""
    aws = settings.aws
    if not aws.queue_url:
        from newsletter.carriers.memory import MemoryQueue

        return MemoryQueue()
    from newsletter.carriers.sqs import SqsParcelQueue

    return SqsParcelQueue(
        aws.queue_url, region=aws.region or None, endpoint_url=aws.endpoint_url or None
    )


def make_bundles(settings: Settings) -> BundleStore:
    """Return where bundles are: in the bucket of the settings, else in the data folder."""
    aws = settings.aws
    if not aws.bundle_bucket:
        from newsletter.carriers.folder import FolderBundles

        return FolderBundles(settings.store.data_dir / BUNDLES_FOLDER)
    from newsletter.carriers.s3 import S3Bundles

    return S3Bundles(
        aws.bundle_bucket, region=aws.region or None, endpoint_url=aws.endpoint_url or None
    )


def secrets_of(settings: Settings) -> Mapping[str, str]:
    """Return the settings that stand in Parameter Store, where the settings name it.

    Raises:
        ConfigurationError: they cannot be read, or one that is needed is missing.
    """
    aws = settings.aws
    if not aws.parameters:
        return {}
    from newsletter.carriers.parameters import read_parameters

    return read_parameters(
        aws.parameters, region=aws.region or None, endpoint_url=aws.endpoint_url or None
    )


def require_all(settings: Settings) -> None:
    """Refuse to begin on Lambda without what its functions share.

    Raises:
        ConfigurationError: the message names what is missing.
    """
    secrets = settings.secrets
    needed = {
        "NEWSLETTER_STORE__KIND=dynamodb": settings.store.kind == "dynamodb",
        "NEWSLETTER_AWS__QUEUE_URL": bool(settings.aws.queue_url),
        "NEWSLETTER_AWS__BUNDLE_BUCKET": bool(settings.aws.bundle_bucket),
        "NEWSLETTER_AWS__PARAMETERS": bool(
            secrets.token_keys and secrets.address_key.get_secret_value()
        ),
    }
    missing = [name for name, is_there in needed.items() if not is_there]
    if missing:
        raise ConfigurationError(
            f"the environment of this function lacks {', '.join(missing)}: deploy it with "
            "`make deploy`, which sets them"
        )
