"""ODK Collect's settings as a picture that it scans: what a phone needs to send to Ceiba, and nothing to type.

The keys and their values are those of Collect's own schema (getodk/collect, client-settings.schema.json); the picture
holds them as JSON, zlib and base64, as Collect exports and imports them. What is not said takes Collect's default.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

import segno

from ceiba.devices.middleware import PREFIX

Settings = Mapping[str, Mapping[str, Any]]
ICON: Final = "🌳"
COLOUR: Final = "#17452f"


def server_path(key: str) -> str:
    """The path under which a phone finds its forms and sends them, its key in it."""
    return f"{PREFIX}key/{key}"


def settings_of(*, server_url: str, owner: str, language: str) -> Settings:
    """The settings of a phone. `owner` tells projects apart on a phone that two people use."""
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_fifteen_minutes",
            "autosend": "wifi_and_cellular",
            "delete_send": False,  # what was sent can be shown until its owner deletes it
            "image_size": "large",  # 3072 pixels, where the form does not say; with its EXIF
            "app_language": language,
            "analytics": False,  # nothing about the work goes to third parties
        },
        # So that no slip of a finger takes the phone off its server; without a password, for whoever means to.
        "admin": {"change_server": False, "form_update_mode": False, "analytics": False},
        "project": {"name": f"Ceiba {owner}", "icon": ICON, "color": COLOUR},
    }


def code_of(settings: Settings) -> str:
    """The text of the picture."""
    told = json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()
    return b64encode(zlib.compress(told, 9)).decode()


def picture_of(text: str) -> str:
    """A QR code as an address of an image (`data:`), dark on light whatever the page's colours."""
    code = segno.make_qr(text, error="m")
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))
