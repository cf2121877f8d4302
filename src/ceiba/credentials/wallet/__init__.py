"""A constancia into a wallet: OpenID for Verifiable Credential Issuance 1.0, by pre-authorised code."""
