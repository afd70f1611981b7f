"""Work out the ARNs in a template without AWS, from what the deployment calls its resources."""

import re
from collections.abc import Mapping
from typing import Any, Final

Names = Mapping[str, str]
"""The name of each resource by its logical id, and the value of each parameter."""

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-west-1"
PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
ARNS: Final = {
    "Table": "arn:aws:dynamodb:eu-west-1:123456789012:table/{}",
    "Queue": "arn:aws:sqs:eu-west-1:123456789012:{}",
    "DeadLetters": "arn:aws:sqs:eu-west-1:123456789012:{}",
    "Bucket": "arn:aws:s3:::{}",
    "Logs": "arn:aws:logs:eu-west-1:123456789012:log-group:{}:*",
}
"""How an ARN looks, by the end of the logical id."""


def resolve(value: Any, names: Names) -> str:
    """Return the text that ``Ref``, ``Fn::GetAtt … Arn`` or ``Fn::Sub`` stands for.

    Raises:
        KeyError: a name is not among the names.
    """
    match value:
        case str():
            return value
        case {"Ref": name}:
            return names[name] if name in names else PSEUDO[name]
        case {"Fn::GetAtt": [name, "Arn"]}:
            return _arn(name, names)
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _named(found[1], names), text)
    raise KeyError(f"{value} is not understood")


def _named(word: str, names: Names) -> str:
    if word.endswith(".Arn"):
        return _arn(word.removesuffix(".Arn"), names)
    return resolve({"Ref": word}, names)


def _arn(name: str, names: Names) -> str:
    form = next(form for ending, form in ARNS.items() if name.endswith(ending))
    return form.format(names.get(name, name))
