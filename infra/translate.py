"""Read the template, and translate it to plain CloudFormation as AWS does when it is deployed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from boto3.session import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATE: Final = Path(__file__).with_name("template.yaml")
UPLOADED: Final = "s3://uploads/package.zip"
"""Where the package is after the upload: the translator wants to see that it was."""

Template = dict[str, Any]


def read_template(path: Path = TEMPLATE) -> Template:
    """Return the template as it is written; short forms such as ``!Ref`` are written out."""
    template: Template = yaml_parse(path.read_text(encoding="utf-8"))
    return template


def translate(
    template: Template, parameters: Mapping[str, str] | None = None, *, region: str = "eu-west-1"
) -> Template:
    """Return the template without anything of SAM's; nothing is asked over the network.

    ``parameters`` are the values of a deployment; the defaults are the template's.
    """
    template["Globals"]["Function"]["CodeUri"] = UPLOADED
    translator = Translator({}, Parser(), boto_session=Session(region_name=region))
    translated: Template = translator.translate(template, dict(parameters or {}))
    return translated
