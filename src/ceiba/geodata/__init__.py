"""Administrative areas shipped with Ceiba, with their sources and licences."""
