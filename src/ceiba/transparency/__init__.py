"""The transparency log: what was recorded, in a tree that only grows; checkpoints, witnesses, receipts."""
