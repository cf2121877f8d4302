"""The `ceiba` command."""
