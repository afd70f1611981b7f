"""Whether an answer is a summary of this paper: each check returns what is wrong, or nothing."""
