"""Compare what functions ask of AWS (``tests.servers.aws_recorder``) with what their roles allow.

No call outside a role's statements, and nothing allowed that is never asked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.e2e.aws.resolve import Names, resolve

PLATFORM: Final = "Platform"
"""How the ``Sid`` of a statement begins that Lambda itself uses, in the function's name."""
UNASKED: Final[Mapping[str, str]] = {
    "fanout ReadBundles s3:ListBucket": "who may not list is told 403, not 404, of what is missing",
    "deliver ReadBundles s3:ListBucket": "the same",
    "fanout MainTable dynamodb:ConditionCheckItem": "checks a reader whose state stays as it is "
    "while where their address stands changes",
    "events MainTable dynamodb:ConditionCheckItem": "the same",
}
"""What is allowed and needed, although a life that is lived in a test has no room for it; why."""


class Call(NamedTuple):
    """One call that IAM is asked about."""

    function: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a role; resources as the recorder writes them, perhaps with ``*``."""

    function: str
    sid: str
    actions: Sequence[str]
    resources: Sequence[str]

    def allows(self, call: Call) -> bool:
        """Tell whether the call is this function's, and allowed by this statement."""
        return (
            call.function == self.function
            and call.action in self.actions
            and any(fnmatchcase(call.resource, pattern) for pattern in self.resources)
        )

    @property
    def is_platform(self) -> bool:
        """Tell whether it is for Lambda, not for our code."""
        return self.sid.startswith(PLATFORM)


def read_calls(path: Path) -> frozenset[Call]:
    """Return the distinct calls of a recording."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(Call(**json.loads(line)) for line in lines if line)


def statements_of(translated: Mapping[str, Any], names: Names) -> tuple[Statement, ...]:
    """Return the statements of all functions' roles, by the name of the handler.

    ``names`` has what the deployment calls its resources and parameters, by logical id.
    """
    return tuple(_statements(translated["Resources"], names))


def outside(calls: frozenset[Call], statements: Sequence[Statement]) -> list[Call]:
    """Return the calls that no statement of our code's allows."""
    ours = [each for each in statements if not each.is_platform]
    return sorted(call for call in calls if not any(each.allows(call) for each in ours))


def unused(calls: frozenset[Call], statements: Sequence[Statement]) -> list[str]:
    """Return what is allowed and never asked for, as ``function sid action``."""
    return [
        f"{each.function} {each.sid} {action}"
        for each in statements
        if not each.is_platform
        for action in each.actions
        if not any(call.action == action and each.allows(call) for call in calls)
    ]


def _statements(resources: Mapping[str, Any], names: Names) -> Iterator[Statement]:
    for resource in resources.values():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        properties = resource["Properties"]
        function = properties["Handler"].rpartition(".")[2]
        role = resources[properties["Role"]["Fn::GetAtt"][0]]["Properties"]
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield _statement(function, statement, names)


def _statement(function: str, statement: Mapping[str, Any], names: Names) -> Statement:
    arns = [resolve(each, names) for each in _listed(statement["Resource"])]
    return Statement(
        function=function,
        sid=statement["Sid"],
        actions=_listed(statement["Action"]),
        resources=[arn if arn == "*" else arn.split(":", 5)[5] for arn in arns],
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
