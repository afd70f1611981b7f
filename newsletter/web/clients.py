"""Who a visitor is, behind proxies: only the word of our own proxies counts."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

UNKNOWN = ""
KEY = "newsletter.client"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ClientFinder:
    """Find the IP address of a visitor.

    Args:
        proxies: addresses or networks that may say for whom they ask.
    """

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = tuple(ipaddress.ip_network(each, strict=False) for each in proxies)

    def find(self, scope: Mapping[str, Any], forwarded: str) -> str:
        """Return the address of the visitor; empty when it is not known.

        Of ``X-Forwarded-For`` the last address counts that is not a proxy of ours: those before
        it may be anybody's invention.
        """
        peer = scope.get("client")
        client = str(peer[0]) if peer else UNKNOWN
        if not forwarded or not self._is_proxy(client):
            return client
        for each in reversed(forwarded.split(",")[-20:]):
            client = each.strip()
            if not self._is_proxy(client):
                break
        return client

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)


def client_of(request: Request) -> str:
    """Return what the middleware found."""
    return str(request.scope.get(KEY, UNKNOWN))
