"""Facts and a rulebook give outcome, amount and reasons."""
