"""The embedded PostgreSQL server: start, reuse, stop.

`server.Server(folder)` is the whole of it; `url.database_url` chooses between it and a server of one's own.
"""
