"""Audit packs: a month and an area in a folder that verifies itself, without server or database."""
