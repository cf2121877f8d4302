"""Reads what people share and with whom, referral batches and how they stand."""
