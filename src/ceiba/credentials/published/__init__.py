"""What verifiers fetch: documents that are the same for everybody, so that any mirror can serve them as well."""
