"""The month: calls the stages in order and can resume."""
