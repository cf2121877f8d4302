"""How numbers and days are written: as in Mexico and Central America, not as in Spain."""
