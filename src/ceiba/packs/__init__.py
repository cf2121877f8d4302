"""Audit packs: a month and area in a folder that verifies itself, without Ceiba's server or its database."""
