"""Email addresses: read, compare, show, look up.

The part before the @ is kept as it was typed, because its meaning belongs to its host
(RFC 5321, 2.4). Two spellings that differ only in case are the same reader all the same:
no host in use tells them apart, and nobody shall get two mails, or mail again after leaving,
by a capital letter. So addresses are compared and looked up by ``keyed_hash``, which folds case.
"""

import hashlib
import hmac
import re
import unicodedata

from subscribers.errors import InvalidAddressError

MAX_ADDRESS_CHARS = 254
MIN_KEY_BYTES = 16

_DISPLAY_NAME = re.compile(r".*<[^<>]*@[^<>]*>\s*", re.DOTALL)


def parse(text: str) -> str:
    """Return the normal form of a bare address: its domain in lower-case ASCII.

    International domains become A-labels (``xn--…``), which every mail server takes.
    Spaces around the address are dropped. Nothing is looked up in DNS.

    Raises:
        InvalidAddressError: it is no address, has a display name, control characters or line
            ends, is longer than 254 characters, or is not ASCII before the @.
    """
    # 15 ms to import, and most that have to do with readers read no new address.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    bare = text.strip(" \u00a0\t")
    _refuse_odd(bare)
    try:
        checked = validate_email(
            bare, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise InvalidAddressError(f"{_quoted(bare)} is not an address: {error}") from error
    assert checked.ascii_domain is not None
    address = f"{checked.local_part}@{checked.ascii_domain.lower()}"
    if len(address) > MAX_ADDRESS_CHARS:
        raise _too_long(address)
    return address


def mask(address: str) -> str:
    """Return the address so that its owner knows it and nobody else: ``r***1@example.org``."""
    local, _, domain = address.rpartition("@")
    last = local[-1] if len(local) > 2 else ""
    return f"{local[:1]}***{last}@{domain}"


def keyed_hash(address: str, key: bytes) -> str:
    """Return the HMAC-SHA256 of a parsed address, case folded: 64 hexadecimal digits."""
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"the key must have at least {MIN_KEY_BYTES} bytes")
    return hmac.new(key, address.casefold().encode(), hashlib.sha256).hexdigest()


def _refuse_odd(text: str) -> None:
    if not text:
        raise InvalidAddressError("the address is empty: write one such as reader@example.org")
    if len(text) > MAX_ADDRESS_CHARS:
        raise _too_long(text)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for char in text):
        raise InvalidAddressError(
            f"{_quoted(text)} has line ends or characters that cannot be seen: type it anew"
        )
    if _DISPLAY_NAME.fullmatch(text):
        raise InvalidAddressError(
            f"{_quoted(text)} has a name before the address: write only what is between < and >"
        )


def _too_long(text: str) -> InvalidAddressError:
    return InvalidAddressError(
        f"{_quoted(text)} is longer than the {MAX_ADDRESS_CHARS} characters an address can have"
    )


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
