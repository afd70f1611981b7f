"""Requests to ``web`` as an HTTP API of AWS hands them over."""

from typing import Any
from urllib.parse import urlencode

HOST = "papers.real-name.io"


def request(method: str, path: str, **fields: object) -> dict[str, Any]:
    """Return an event of an HTTP API, payload format 2.0, as its documentation shows it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": HOST, "content-type": "application/x-www-form-urlencoded"},
        "requestContext": {
            "domainName": HOST,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "a mail program",
            },
            "stage": "$default",
        },
        "isBase64Encoded": False,
        **fields,
    }


def form(path: str, **typed: str) -> dict[str, Any]:
    """Return the event of a form that was filled in."""
    return request("POST", path, body=urlencode(typed))
