"""People, documents, groups (CAC), technicians, areas, plots and enrolments."""
