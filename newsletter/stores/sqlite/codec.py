"""How values are written as text: as in every store."""

from newsletter.stores.codec import (
    DECODE_ERRORS,
    batch_from_row,
    batch_to_row,
    decode_batches,
    decode_picks,
    encode_batches,
    encode_picks,
    from_instant,
    from_instant_or_none,
    to_instant,
    to_json,
    to_text,
    to_text_or_none,
)

__all__ = [
    "DECODE_ERRORS",
    "batch_from_row",
    "batch_to_row",
    "decode_batches",
    "decode_picks",
    "encode_batches",
    "encode_picks",
    "from_instant",
    "from_instant_or_none",
    "to_instant",
    "to_json",
    "to_text",
    "to_text_or_none",
]
