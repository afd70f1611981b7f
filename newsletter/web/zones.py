"""Time zones as a form offers them."""

from functools import cache
from zoneinfo import available_timezones

_AREAS = frozenset(
    {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


@cache
def offered_zones() -> tuple[str, ...]:
    """Return the names that people know: an area and a city; others can be typed."""
    names = (name for name in available_timezones() if name.split("/")[0] in _AREAS)
    return ("UTC", *sorted(name for name in names if name.count("/") == 1))
