"""What comes after thirty-six months: dossiers and consents, referral batches, answers."""
