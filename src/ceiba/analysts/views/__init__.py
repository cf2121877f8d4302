"""The addresses of the ODK Central API that are offered here."""
