"""Users, roles and the areas they may see."""
