"""What goes wrong on the way to arXiv, mapped once to our errors.

Each class of ``requests`` and ``urllib3`` has its line; a test fails on one that has not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

import requests.exceptions as http
import urllib3.exceptions as transport

from newsletter.errors import (
    ConfigurationError,
    MalformedAnnouncementError,
    NewsletterError,
    SourceUnavailableError,
    SourceUnreachableError,
)

_UNAVAILABLE: tuple[type[Exception], ...] = (
    http.RequestException,
    http.HTTPError,
    http.ConnectionError,
    http.ProxyError,
    http.SSLError,
    http.Timeout,
    http.ConnectTimeout,
    http.ReadTimeout,
    http.ChunkedEncodingError,
    http.RetryError,
    http.TooManyRedirects,
    http.StreamConsumedError,
    http.UnrewindableBodyError,
    transport.HTTPError,
    transport.PoolError,
    transport.RequestError,
    transport.SSLError,
    transport.ProxyError,
    transport.ProtocolError,
    transport.MaxRetryError,
    transport.HostChangedError,
    transport.TimeoutStateError,
    transport.TimeoutError,
    transport.ReadTimeoutError,
    transport.ConnectTimeoutError,
    transport.NewConnectionError,
    transport.NameResolutionError,
    transport.EmptyPoolError,
    transport.FullPoolError,
    transport.ClosedPoolError,
    transport.ResponseError,
    transport.ResponseNotChunked,
    transport.BodyNotHttplibCompatible,
    transport.IncompleteRead,
    transport.InvalidChunkLength,
    transport.InvalidHeader,
    transport.HeaderParsingError,
    transport.UnrewindableBodyError,
)
_MALFORMED: tuple[type[Exception], ...] = (
    http.ContentDecodingError,
    http.InvalidJSONError,
    http.JSONDecodeError,
    transport.DecodeError,
)
_WRONG_SETTING: tuple[type[Exception], ...] = (
    http.URLRequired,
    http.MissingSchema,
    http.InvalidSchema,
    http.InvalidURL,
    http.InvalidHeader,
    http.InvalidProxyURL,
    transport.LocationValueError,
    transport.LocationParseError,
    transport.URLSchemeUnknown,
    transport.ProxySchemeUnknown,
    transport.ProxySchemeUnsupported,
)
KINDS: Mapping[type[Exception], type[NewsletterError]] = MappingProxyType(
    dict.fromkeys(_UNAVAILABLE, SourceUnavailableError)
    | dict.fromkeys(_MALFORMED, MalformedAnnouncementError)
    | dict.fromkeys(_WRONG_SETTING, ConfigurationError)
)


def as_newsletter_error(error: Exception, *, url: str) -> NewsletterError:
    """Return our error for one of ``requests`` or ``urllib3``, by its nearest known class."""
    kind = next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    place = url.partition("?")[0][:200]
    if kind is ConfigurationError:
        return kind(f"{place!r} is no address that can be asked; correct the [arxiv] settings")
    if _has_no_connection(error):
        return SourceUnreachableError(f"{urlsplit(url).hostname} cannot be reached")
    if isinstance(error, http.Timeout | transport.TimeoutError):
        return kind(f"{place} did not answer in time")
    return kind(f"{place} could not be read ({type(error).__name__})")


def _has_no_connection(error: Exception) -> bool:
    """Tell whether nothing was sent: requests hides the reason in urllib3's last error."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, transport.MaxRetryError) else error
    return isinstance(reason, transport.NewConnectionError)
