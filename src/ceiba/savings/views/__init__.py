"""Pages of savings: a person's statement, withdrawals, and a programme's proof, interest and cash."""
