"""The pages of what arrived from the field."""
