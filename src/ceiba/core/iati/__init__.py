"""IATI 2.03 activity and organisation files: from what a publisher knows, as frames, to documents and what is wrong
with them. No files, no network: the standard's own schemas, rules and codelists come in as arguments."""
