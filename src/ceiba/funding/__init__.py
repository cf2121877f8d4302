"""Who pays: funders, agreements, commitments, disbursements and shares."""
