"""Forms: their versions, compiled from XLSForms, and what each question gives."""
