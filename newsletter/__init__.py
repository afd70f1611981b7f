"""The job: from arXiv's announcement to a digest in a mailbox."""

__version__ = "0.1.0"
