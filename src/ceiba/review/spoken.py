"""Languages in the words of whoever asked, as codes."""

from functools import cache

from django.utils.translation import override

from ceiba.core.kernel.errors import LANGUAGES
from ceiba.core.sheets import folded
from ceiba.web.labels import LANGUAGE


def language_code(text: str) -> str:
    """The code of a language by its code or its name in any of ours; "" where there is none that is known."""
    return _codes().get(folded(text), "")


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for each in LANGUAGES:
        with override(each):
            found |= {folded(str(name)): code for code, name in LANGUAGE.items()}
    return found | {code: code for code in LANGUAGE}
