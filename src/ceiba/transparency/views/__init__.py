"""What the log answers: an interface for programs, and pages for people."""
