"""Mobile money: a provider's bulk CSV, with telephone numbers for accounts."""
