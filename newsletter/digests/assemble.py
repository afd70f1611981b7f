"""One reader's digest, put together from what was planned for them."""

from collections.abc import Mapping

from newsletter.model import Delivery, Digest, Entry, Issue, Paper, Summary
from subscribers.model import Subscriber


def assemble(
    issue: Issue,
    delivery: Delivery,
    *,
    subscriber: Subscriber,
    papers: Mapping[str, Paper],
    summaries: Mapping[str, Summary] | None = None,
) -> Digest:
    """Return the digest of a delivery's frozen picks, ranked from 1.

    ``papers`` by id must hold what is to be shown. A paper that is no longer in the store is
    left out and the ranks close up; a newer version of it is shown as it stands now.
    ``summaries`` are by paper id too; a paper without one is shown with its abstract.
    """
    found = [(papers[one.paper_id], one.score) for one in delivery.picks if one.paper_id in papers]
    told = summaries or {}
    entries = tuple(
        Entry(rank=rank, paper=paper, score=score, summary=told.get(paper.id))
        for rank, (paper, score) in enumerate(found, start=1)
    )
    return Digest(
        issue=issue,
        subscriber=subscriber,
        entries=entries,
        matched=max(delivery.matched, len(entries)),
        omitted=max(delivery.matched - len(delivery.picks), 0),
    )
