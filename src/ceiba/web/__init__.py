"""Templates, static files and page parts that every app's pages share."""
