"""The template as it is deployed, in emulated AWS: tables, queues, bucket, topics and roles.

moto passes over SES, the scheduler, the web and the alarms, and does not run functions.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3

from infra.translate import UPLOADED, Template, read_template, translate

PARAMETERS: Final[Mapping[str, str]] = {
    "Stage": "test",
    "Domain": "papers.example.org",
    "SenderAddress": "digest@papers.example.org",
    "ReplyTo": "owner@example.org",
    "PostalAddress": "Example Street 1, 12345 Example Town",
    "CreateIdentity": "no",  # moto makes none, and cannot tell its records in the outputs
}
REGION: Final = "eu-west-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What was made.

    Attributes:
        template: the translation.
        names: the name of each resource (of a queue: without its URL) by its logical id, and the
            value of each parameter; what ``tests.e2e.aws.iam`` wants to know.
        queue_urls: by logical id.
        environment: what the functions get; the web's address is an example's.
    """

    template: Template
    names: Mapping[str, str]
    queue_urls: Mapping[str, str]
    environment: Mapping[str, str]


def load_stack(url: str | None, parameters: Mapping[str, str] = PARAMETERS) -> Stack:
    """Make everything of the template that moto can; ``url`` is moto's, None is in this process."""
    translated = translate(read_template(), region=REGION)
    _upload(_sdk("s3", url))
    cloudformation = _sdk("cloudformation", url)
    cloudformation.create_stack(
        StackName="newsletter",
        TemplateBody=json.dumps(translated),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    reply = cloudformation.describe_stack_resources(StackName="newsletter")
    made = {
        each["LogicalResourceId"]: str(each["PhysicalResourceId"])
        for each in reply["StackResources"]
        if each.get("PhysicalResourceId")
    }
    urls = {name: url for name, url in made.items() if url.startswith("http")}
    names = {name: url.rpartition("/")[2] for name, url in urls.items()}
    defaults = {key: str(each.get("Default", "")) for key, each in translated["Parameters"].items()}
    stage = parameters["Stage"]
    by_hand = {"ConfigurationSet": f"newsletter-{stage}"}
    return Stack(
        template=translated,
        names={**defaults, **parameters, **made, **names, **by_hand},
        queue_urls=urls,
        environment=_environment(_sdk("lambda", url), stage),
    )


def _environment(sdk: Any, stage: str) -> dict[str, str]:
    reply = sdk.get_function_configuration(FunctionName=f"newsletter-{stage}-deliver")
    variables = {name: str(value) for name, value in reply["Environment"]["Variables"].items()}
    return {
        **variables,
        "NEWSLETTER_MAILER__CONFIGURATION_SET": f"newsletter-{stage}",
        "NEWSLETTER_WEB__URL": "https://papers.example.org",
    }


def _upload(s3: Any) -> None:
    bucket, _, key = UPLOADED.removeprefix("s3://").partition("/")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("empty.txt", "")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key=key, Body=package.getvalue())


def _sdk(service: str, url: str | None) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
