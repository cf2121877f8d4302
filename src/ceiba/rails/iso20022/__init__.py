"""ISO 20022: pain.001 to the bank; pain.002, camt.053 and camt.054 from it."""
