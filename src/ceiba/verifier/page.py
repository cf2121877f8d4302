"""The page itself, in each language: the same bytes for everybody, wherever it is served from."""

from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from ceiba.verifier.words import words

PLACES: Final = {"es": "", "en": "en/"}
NAMES: Final = {"es": "Español", "en": "English"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'"
)


def page(language: str, static: str, roots: dict[str, Any]) -> str:
    """The page; `static` is where the static files are, seen from the Spanish page or from the root of the site."""
    other = "en" if language == "es" else "es"
    home = "../" * PLACES[language].count("/")
    with override(language):
        said: dict[str, Any] = words(language) | {"roots": roots}
        return render_to_string(
            "verifier/page.html",
            {
                "language": language,
                "other": (home or "./") + PLACES[other],
                "other_language": other,
                "other_name": NAMES[other],
                "home": home,
                "static": static if static.startswith("/") else home + static,
                "policy": POLICY,
                "words": said,
                "icons": ("pay", "hold", "refuse"),
            },
        )


def manifest(language: str, static: str) -> dict[str, Any]:
    """What a telephone shows when the page is put on its first screen; addresses are seen from the page."""
    home = "../" * PLACES[language].count("/")
    base = static if static.startswith("/") else home + static
    with override(language):
        return {
            "name": _("Ceiba: verify"),
            "short_name": _("Verify"),
            "lang": language,
            "start_url": "./",
            "scope": home or "./",
            "display": "standalone",
            "background_color": "#f6f4ee",
            "theme_color": "#17452f",
            "icons": [
                {"src": f"{base}filler/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
                for size in (192, 512)
            ],
        }
