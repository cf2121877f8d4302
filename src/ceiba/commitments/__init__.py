"""What governments and others promised each other, who said it where, and what came of it."""
