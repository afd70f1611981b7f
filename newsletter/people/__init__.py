"""What readers do by links, and the mails about it: ask, confirm, tune, leave, be forgotten."""
