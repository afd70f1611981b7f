"""Read the texts in the DNS that say who may send for a domain: SPF, DKIM, DMARC."""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping

WEAK_RSA_BITS = 1024
MAX_SPF_LOOKUPS = 10

_SPF = re.compile(r"v=spf1( .*)?", re.IGNORECASE | re.DOTALL)
_SPF_LOOKUP = re.compile(r"[+?~-]?(include:|a\b|mx\b|ptr\b|exists:)|redirect=", re.IGNORECASE)
_DMARC = re.compile(r"v\s*=\s*DMARC1\s*(;.*)?", re.IGNORECASE | re.DOTALL)


def spf_records(texts: Iterable[str]) -> tuple[str, ...]:
    """Return those that are SPF records. Source: RFC 7208 §4.5."""
    return tuple(text.strip() for text in texts if _SPF.fullmatch(text.strip()))


def spf_terms(record: str) -> tuple[str, ...]:
    """Return the terms of an SPF record, lower case, without the version."""
    return tuple(record.lower().split()[1:])


def spf_lookups(terms: Iterable[str]) -> int:
    """Count the terms that need a look-up by themselves: more than 10 are an error.

    What included records look up comes on top. Source: RFC 7208 §4.6.4.
    """
    return sum(1 for term in terms if _SPF_LOOKUP.match(term))


def dmarc_records(texts: Iterable[str]) -> tuple[str, ...]:
    """Return those that are DMARC records. Source: RFC 7489 §6.6.3."""
    return tuple(text.strip() for text in texts if _DMARC.fullmatch(text.strip()))


def tags(record: str) -> Mapping[str, str]:
    """Return the tags of a DKIM or DMARC record; the first of a name counts. RFC 6376 §3.2."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, is_there, value = part.partition("=")
        if is_there:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def is_dkim_key(record: str) -> bool:
    """Tell whether a TXT record holds a DKIM key, maybe a revoked one. RFC 6376 §3.6.1."""
    found = tags(record)
    return "p" in found and found.get("v", "DKIM1") == "DKIM1"


def rsa_bits(key: str) -> int | None:
    """Return how many bits the RSA key of a ``p`` tag has, to the next multiple of 256.

    None when it is no base64. Source: the size of a SubjectPublicKeyInfo, RFC 8017 A.1.1.
    """
    try:
        size_bytes = len(b64decode("".join(key.split()), validate=True))
    except ValueError:
        return None
    return max(0, round((size_bytes - 34) * 8 / 256)) * 256
