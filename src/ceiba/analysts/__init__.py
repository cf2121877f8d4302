"""The read side of the ODK Central API."""
