"""One line a participant a month a component."""
