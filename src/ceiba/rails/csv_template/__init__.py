"""A bank's own CSV, described by a template: which columns, in which order and form, and what answers mean."""
