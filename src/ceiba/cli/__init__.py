"""The `ceiba` command. `app` puts the groups of commands together; one module a group."""
