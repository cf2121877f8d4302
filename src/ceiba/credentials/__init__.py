"""The constancia: issued, published, suspended and revoked; what wallets and verifiers fetch."""
