"""Erasing what is held of a person: asked for by one, confirmed by another, told beforehand what goes and stays."""
