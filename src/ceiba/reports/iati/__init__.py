"""IATI files: the standard's own schemas, rules and codelists, what is published, and whether it is right."""
