"""Days whose 14:00 cut-off arXiv does not process, as data.

The published list is at https://info.arxiv.org/help/availability.html (2026). The days of 2025
are those on which recorded announcements are missing; where the published list of that year and
the record differ, the record stands here. Add a year when arXiv publishes it.
"""

from datetime import date

HOLIDAYS: frozenset[date] = frozenset(
    map(
        date.fromisoformat,
        (
            "2025-01-01",
            "2025-01-20",
            "2025-06-19",
            "2025-07-04",
            "2025-09-01",
            "2025-11-28",
            "2025-12-25",
            "2025-12-30",
            "2026-01-01",
            "2026-01-19",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-11-26",
            "2026-12-25",
            "2026-12-29",
            "2026-12-31",
        ),
    )
)
