"""The people: who reads, what they want, and what may happen to their record. Pure: no I/O."""
