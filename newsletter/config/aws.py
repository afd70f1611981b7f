"""The settings of a deployment on AWS."""

import re
from typing import Annotated

from pydantic import Field, field_validator

from newsletter.config.section import Section
from newsletter.config.texts import Line, OptionalEndpoint, Region

_BUCKET = re.compile(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?")
_PARAMETERS = re.compile(r"(/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?")


class AwsSettings(Section):
    """What a deployment on AWS uses."""

    region: Region = ""
    """The AWS region of all this, such as eu-west-1; empty for that of the environment."""
    endpoint_url: OptionalEndpoint = ""
    """Another address to talk to, for tests; empty for the region's own."""
    parameters: Line = ""
    """Where Parameter Store has the secrets, such as /arxiv-newsletter/prod; empty for none."""
    queue_url: Line = ""
    """The queue of work for those who send; empty for one in memory."""
    bundle_bucket: Line = ""
    """The bucket of what belongs to each issue; empty for a folder beside the database."""

    @field_validator("bundle_bucket")
    @classmethod
    def _is_bucket(cls, value: str) -> str:
        if not _BUCKET.fullmatch(value):
            raise ValueError("it must be a bucket's name: small letters, digits, dots and hyphens")
        return value

    @field_validator("parameters")
    @classmethod
    def _is_path(cls, value: str) -> str:
        path = value.rstrip("/")
        if not _PARAMETERS.fullmatch(path):
            raise ValueError("it must be a path such as /arxiv-newsletter/prod")
        return path

    @field_validator("queue_url")
    @classmethod
    def _is_queue(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("it must be the queue's whole URL, beginning with https://")
        return value


TableName = Annotated[Line, Field(pattern=r"^([A-Za-z0-9_.-]{3,255})?$")]
