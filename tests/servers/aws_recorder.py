"""Write down what a process asks of AWS: one JSON object per line, for the check of its role.

Load it in the process before a client is made: ``record(path, function)``. A line has
``function``, ``action`` (as IAM calls it: ``dynamodb:PutItem``) and ``resource`` (what stands in
an ARN after the account: ``table/NAME``, ``table/NAME/index/INDEX``, a queue's name,
``BUCKET/KEY``, ``identity/DOMAIN``, ``configuration-set/NAME``, ``parameter/PATH``; ``*``).
A transaction is written as its actions, for that is what IAM asks for.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final

import botocore

Calls = Iterator[tuple[str, str]]
Params = Mapping[str, Any]

VERBS: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
SINGULAR: Final = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}


def record(path: Path, function: str) -> None:
    """Append each call of every client that this process makes from now on to a file."""

    def write(params: Params, model: Any, **_rest: object) -> None:
        service = model.service_model.service_name
        lines = [
            json.dumps({"function": function, "action": action, "resource": resource})
            for action, resource in calls(service, model.name, params)
        ]
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def hook(session: Any) -> None:
        session.register("provide-client-params.*.*", write)

    botocore.register_initializer(hook)


def calls(service: str, operation: str, params: Params) -> Calls:
    """Yield the actions, and on what, that IAM is asked about for one request."""
    read = _READERS.get(service)
    if read is None:
        yield f"{service}:{operation}", "*"
        return
    yield from read(operation, params)


def _dynamodb(operation: str, params: Params) -> Calls:
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            for verb, fields in item.items():
                yield f"dynamodb:{VERBS[verb]}", f"table/{fields['TableName']}"
    elif operation == "TransactGetItems":
        for item in params["TransactItems"]:
            yield "dynamodb:GetItem", f"table/{item['Get']['TableName']}"
    elif "RequestItems" in params:
        for table in params["RequestItems"]:
            yield f"dynamodb:{operation}", f"table/{table}"
    else:
        index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
        yield f"dynamodb:{operation}", f"table/{params['TableName']}{index}"


def _sqs(operation: str, params: Params) -> Calls:
    name = str(params["QueueUrl"]).rstrip("/").rpartition("/")[2]
    yield f"sqs:{SINGULAR.get(operation, operation)}", name


def _s3(operation: str, params: Params) -> Calls:
    if operation in ("ListObjects", "ListObjectsV2", "HeadBucket"):
        yield "s3:ListBucket", str(params["Bucket"])
        return
    action = "GetObject" if operation == "HeadObject" else operation
    yield f"s3:{action}", f"{params['Bucket']}/{params['Key']}"


def _ses(operation: str, params: Params) -> Calls:
    if operation != "SendEmail":
        yield f"ses:{operation}", "*"
        return
    domain = parseaddr(params["FromEmailAddress"])[1].rpartition("@")[2]
    on = (f"identity/{domain}", f"configuration-set/{params['ConfigurationSetName']}")
    for resource in on:
        yield "ses:SendEmail", resource
        if "Raw" in params["Content"]:
            yield "ses:SendRawEmail", resource


def _ssm(operation: str, params: Params) -> Calls:
    for name in params.get("Names") or (params.get("Name") or params["Path"],):
        yield f"ssm:{operation}", f"parameter/{str(name).lstrip('/')}"


_READERS: Final[Mapping[str, Callable[[str, Params], Calls]]] = {
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "s3": _s3,
    "sesv2": _ses,
    "ssm": _ssm,
}
