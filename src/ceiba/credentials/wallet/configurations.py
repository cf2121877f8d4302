"""What a wallet can ask for, and the metadata that say so (OpenID4VCI 1.0, sections 12.2 and 12.3)."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from ceiba.credentials.published.type_metadata import LOCALES, NAME
from ceiba.credentials.signing import issuer_url
from ceiba.proofs import sd_jwt, vc
from ceiba.proofs.claims import FIELDS, NO_RIGHT
from ceiba.proofs.keys import JOSE_ALGORITHMS
from ceiba.proofs.verifying import LABELS

GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
PROOF_ALGORITHMS: Final = ("ES256", "Ed25519", "EdDSA")
"""What a wallet's key may sign its proof with; EdDSA is what many still call Ed25519 (RFC 9864)."""
BATCH: Final = 10
"""The most copies at once: each is bound to a key of its own, so that two presentations do not show the same."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A format in which a constancia is given; `bound` where it takes a wallet's key, proved to be held."""

    id: str
    bound: bool


SD_JWT: Final = Configuration("constancia_sd_jwt", bound=True)
VC_JWT: Final = Configuration("constancia_vc_jwt", bound=False)
CONFIGURATIONS: Final = {each.id: each for each in (SD_JWT, VC_JWT)}


def issuer_metadata() -> dict[str, Any]:
    """The Credential Issuer Metadata. Raises CeibaError (credentials.no_issuer, credentials.issuer_path)."""
    return {
        "credential_issuer": issuer_url(),
        "credential_endpoint": _address("wallet:credential"),
        "nonce_endpoint": _address("wallet:nonce"),
        "batch_credential_issuance": {"batch_size": BATCH},
        "display": [{"name": settings.ISSUER_NAME, "locale": locale} for locale in LOCALES],
        "credential_configurations_supported": {
            SD_JWT.id: {
                "format": sd_jwt.TYPE,
                "vct": sd_jwt.VCT,
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {
                    "jwt": {"proof_signing_alg_values_supported": list(PROOF_ALGORITHMS)}
                },
                **_described(SD_JWT, [[field] for field in FIELDS]),
            },
            VC_JWT.id: {
                "format": vc.JOSE_TYPE,
                "credential_definition": {"type": vc.TYPES},
                **_described(VC_JWT, [["credentialSubject", vc.TERMS[field]] for field in FIELDS]),
            },
        },
    }


def server_metadata() -> dict[str, Any]:
    """The Authorization Server Metadata (RFC 8414) of the issuer, which is its own. Raises as `issuer_metadata`."""
    return {
        "issuer": issuer_url(),
        "token_endpoint": _address("wallet:token"),
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def _described(configuration: Configuration, paths: list[list[str]]) -> dict[str, Any]:
    claims = [
        {"path": path, "mandatory": True, "display": _names(LABELS[field])}
        for path, field in zip(paths, FIELDS, strict=True)
    ]
    display = [
        {"name": NAME[locale], "locale": locale, "description": NO_RIGHT[locale]} for locale in LOCALES
    ]
    return {
        "scope": configuration.id,
        "credential_signing_alg_values_supported": sorted(JOSE_ALGORITHMS.values()),
        "credential_metadata": {"display": display, "claims": claims},
    }


def _names(label: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": label[at], "locale": locale} for locale, at in LOCALES.items()]


def _address(view: str) -> str:
    return f"{issuer_url()}{reverse(view)}"
