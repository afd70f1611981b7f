"""What may stop a wish at the door.

::

    NewsletterError
    └── TooManyRequestsError    carries ``retry_after_s``
"""

from newsletter.errors import NewsletterError


class TooManyRequestsError(NewsletterError):
    """Too many wishes came from there, or in all; ``retry_after_s`` says when to come back."""

    transient = True
