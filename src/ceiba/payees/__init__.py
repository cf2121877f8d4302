"""People's accounts: how they are checked, changed by two people, and rested before they are paid to."""
