"""Statements that people paste, read by rules: candidates for the register of commitments. No model, no network."""

from ceiba.core.statements.lexicon import Act
from ceiba.core.statements.parties import PartyNames
from ceiba.core.statements.reading import Candidate, Passed, Reading, Reason, read_statement
from ceiba.core.statements.sentences import Span, sentences

__all__ = [
    "Act",
    "Candidate",
    "PartyNames",
    "Passed",
    "Reading",
    "Reason",
    "Span",
    "read_statement",
    "sentences",
]
