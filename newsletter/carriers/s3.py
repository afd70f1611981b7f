"""Files of issues on Amazon S3."""

from typing import Final

from newsletter.carriers.aws_client import SDK_ERRORS, code_of, connect, needs_somebody
from newsletter.errors import BundleError, ConfigurationError, NewsletterError

PREFIX: Final = "bundles/"
MAX_BYTES: Final = 200_000_000


class S3Bundles:
    """``fanout_ports.BundleStore`` in a bucket."""

    def __init__(
        self, bucket: str, *, region: str | None = None, endpoint_url: str | None = None
    ) -> None:
        self._bucket = bucket
        self._sdk = connect("s3", region=region, endpoint_url=endpoint_url)

    def put(self, name: str, content: bytes) -> None:
        """Write a file."""
        try:
            self._sdk.put_object(
                Bucket=self._bucket,
                Key=PREFIX + name,
                Body=content,
                ContentType="application/gzip",
            )
        except SDK_ERRORS as error:
            raise self._fault(name, "written", error) from error

    def get(self, name: str) -> bytes:
        """Return the content of a file."""
        try:
            reply = self._sdk.get_object(Bucket=self._bucket, Key=PREFIX + name)
            content: bytes = reply["Body"].read(MAX_BYTES)
        except SDK_ERRORS as error:
            raise self._fault(name, "read", error) from error
        return content

    def _fault(self, name: str, what: str, error: Exception) -> NewsletterError:
        if code_of(error) in ("NoSuchKey", "404"):
            return BundleError(
                f"{PREFIX}{name} is missing from the bucket {self._bucket}: restore that version, "
                "or prepare the issue again"
            )
        if needs_somebody(error):
            return ConfigurationError(
                f"aws.bundle_bucket: {PREFIX}{name} cannot be {what} ({error}): see that the "
                "bucket is there, and that this role may"
            )
        return BundleError(f"{PREFIX}{name} cannot be {what} now: {error}")
