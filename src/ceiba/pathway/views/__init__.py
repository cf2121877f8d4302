"""Pages of the pathway: the board, a batch, a person's dossier, and what a consulate sees."""
