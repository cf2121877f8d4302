"""What a constancia's claims are called, for wallets: the type metadata of draft-ietf-oauth-sd-jwt-vc."""

from typing import Any, Final

from ceiba.proofs.claims import FIELDS, NO_RIGHT
from ceiba.proofs.sd_jwt import ALWAYS_SHOWN, VCT
from ceiba.proofs.verifying import LABELS

LOCALES: Final = {"es": 0, "en": 1}
NAME: Final = {"es": "Constancia de participación", "en": "Certificate of participation"}
NEVER_SHOWN_APART: Final = sorted(ALWAYS_SHOWN - {"cnf", "vct"})


def type_metadata() -> dict[str, Any]:
    """The metadata of the one type there is, in every language; what can be withheld is `sd: always`."""
    return {
        "vct": VCT,
        "name": NAME["en"],
        "description": NO_RIGHT["en"],
        "display": [
            {"locale": locale, "name": NAME[locale], "description": NO_RIGHT[locale]} for locale in LOCALES
        ],
        "claims": [
            *(
                {"path": [field], "mandatory": True, "sd": "always", "display": labels(field)}
                for field in FIELDS
            ),
            *({"path": [claim], "mandatory": True, "sd": "never"} for claim in NEVER_SHOWN_APART),
        ],
    }


def labels(field: str) -> list[dict[str, str]]:
    """What a field is called."""
    return [{"locale": locale, "label": LABELS[field][at]} for locale, at in LOCALES.items()]
