"""Makes a plausible register and evidence with planted, labelled faults."""
