"""From a frozen choice to a mail that was handed over: never twice, never lost."""
