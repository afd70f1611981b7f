"""Write summaries and their runs as rows, and read them back."""

import json
from collections.abc import Mapping
from typing import Any

from newsletter.model import (
    ResultTable,
    Summary,
    SummaryFault,
    SummaryKey,
    SummaryOrigin,
    SummaryRun,
    SummaryText,
    Usage,
)
from newsletter.stores.codec import Row, from_instant, to_instant, to_json, to_text

_LISTS = ("contributions", "method", "results", "limitations", "key_terms")


def summary_to_row(summary: Summary) -> dict[str, Any]:
    """Write a summary as columns."""
    key = summary.key
    return {
        "paper_id": key.paper_id,
        "version": key.version,
        "language": key.language,
        "model": key.model,
        "prompt_hash": key.prompt_hash,
        "content": encode_text(summary.text),
        "origin": summary.origin.value,
        "fault": summary.fault.value if summary.fault else None,
        "why": to_text(summary.why),
        "made_at": to_instant(summary.made_at),
        **_usage_to_row(summary.usage),
    }


def summary_from_row(row: Row) -> Summary:
    """Read what ``summary_to_row`` wrote."""
    return Summary(
        key=SummaryKey(
            paper_id=row["paper_id"],
            version=row["version"],
            language=row["language"],
            model=row["model"],
            prompt_hash=row["prompt_hash"],
        ),
        text=decode_text(row["content"]),
        origin=SummaryOrigin(row["origin"]),
        fault=SummaryFault(row["fault"]) if row["fault"] else None,
        why=row["why"],
        made_at=from_instant(row["made_at"]),
        usage=usage_from_row(row),
    )


def encode_text(text: SummaryText) -> str:
    """Write what a summary says; empty parts are left out."""
    table = text.table
    parts: dict[str, Any] = {name: getattr(text, name) for name in ("tldr", "markdown", *_LISTS)}
    if table is not None:
        parts["table"] = [table.columns, *table.rows]
    return to_json({name: value for name, value in parts.items() if value})


def decode_text(content: str) -> SummaryText:
    """Read what ``encode_text`` wrote."""
    parts: dict[str, Any] = json.loads(content)
    table = parts.get("table")
    lists = {name: tuple(parts.get(name, ())) for name in _LISTS}
    return SummaryText(
        tldr=parts["tldr"],
        markdown=parts.get("markdown", ""),
        table=_table(table) if table else None,
        **lists,
    )


def run_to_row(run: SummaryRun) -> dict[str, Any]:
    """Write what a run came to as columns."""
    return {
        "began_at": to_instant(run.began_at),
        "seconds": run.seconds,
        "model": run.model,
        "wanted": run.wanted,
        "known": run.known,
        "kept": run.kept,
        "extracted": run.extracted,
        "faults": to_json({fault.value: number for fault, number in run.faults.items()}),
        "outage": to_text(run.outage),
        **_usage_to_row(run.usage),
    }


def run_from_row(row: Row) -> SummaryRun:
    """Read what ``run_to_row`` wrote."""
    faults: Mapping[str, int] = json.loads(row["faults"])
    return SummaryRun(
        began_at=from_instant(row["began_at"]),
        seconds=row["seconds"],
        model=row["model"],
        wanted=row["wanted"],
        known=row["known"],
        kept=row["kept"],
        extracted=row["extracted"],
        usage=usage_from_row(row),
        faults={SummaryFault(name): number for name, number in faults.items()},
        outage=row["outage"],
    )


def _table(lines: list[list[str]]) -> ResultTable:
    return ResultTable(columns=tuple(lines[0]), rows=tuple(map(tuple, lines[1:])))


def _usage_to_row(usage: Usage) -> dict[str, Any]:
    return {
        "calls": usage.calls,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "cost_usd": usage.cost_usd,
    }


def usage_from_row(row: Row) -> Usage:
    """Read what calls consumed."""
    return Usage(
        calls=row["calls"],
        tokens_in=row["tokens_in"],
        tokens_out=row["tokens_out"],
        cost_usd=row["cost_usd"],
    )
