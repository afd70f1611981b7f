"""What every answer says about how it may be used, and where a POST may come from."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from newsletter.config import Secrets
from newsletter.errors import ConfigurationError

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
EVERYWHERE: Final[dict[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}
ON_TOKEN_PAGES: Final[dict[str, str]] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
ELSEWHERE: Final[dict[str, str]] = {"Referrer-Policy": "same-origin"}

TOKEN_ROUTES: Final = frozenset({"c", "d", "e", "f", "m", "p", "u", "v", "undo", "renew"})
"""First parts of the paths that have a token in them, or in their form."""

MIN_DIFFERENT_BYTES: Final = 8
_PLACEHOLDER: Final = re.compile(
    rb"change|example|default|password|secret|(?:^|\s)todo\b", re.IGNORECASE
)
"""Long enough that no random key has one of these; "todo" alone is in one of 25,000."""


def is_token_path(path: str) -> bool:
    """Tell whether who knows this path may do something."""
    return path.split("/", 2)[1:2] != [] and (
        path.split("/", 2)[1] in TOKEN_ROUTES or path.startswith("/feed/r/")
    )


def is_one_click(path: str) -> bool:
    """Tell whether mail programs post here (RFC 8058): from anywhere, without any header."""
    parts = path.split("/")
    return len(parts) == 3 and parts[1] == "u"


def may_post(headers: Mapping[str, str], *, path: str, site_url: str) -> bool:
    """Tell whether a POST comes from a page of ours, or from no page at all.

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``. A page
    without a referrer has the origin ``null``: that passes only where the path itself is secret.
    """
    if is_one_click(path):
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin == "null":
        return is_token_path(path)
    return _host(origin) in (headers.get("host", "").lower(), _host(site_url))


def refuse_default_secrets(secrets: Secrets) -> None:
    """Pass when nobody can guess the keys.

    Raises:
        ConfigurationError: a key is a placeholder, or the same few characters over and over.
    """
    named = [("secrets.token_keys", key) for key in secrets.token_keys]
    for name, key in (*named, ("secrets.address_key", secrets.address_key)):
        if _PLACEHOLDER.search(key) or len(set(key)) < MIN_DIFFERENT_BYTES:
            raise ConfigurationError(
                f"{name} can be guessed: remove it, and one is made for this machine, or set one "
                'from `python -c "import secrets; print(secrets.token_urlsafe(32))"`'
            )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
