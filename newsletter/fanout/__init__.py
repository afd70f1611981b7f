"""One announcement day, hour by hour: prepared once, planned by local hours, sent in parcels."""
