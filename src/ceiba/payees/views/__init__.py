"""Pages of payee accounts: the list and its decisions, a person's accounts, one's own, files."""
