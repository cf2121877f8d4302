"""The pages that bring several apps together: the month at a glance, a person's page, the map."""
