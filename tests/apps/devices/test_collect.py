"""What ODK Collect reads from the picture. Scanning it: tests/journeys/test_new_phone.py."""

import json
import zlib
from base64 import b64decode

from ceiba.devices.collect import code_of, picture_of, settings_of

# Of getodk/collect, settings/src/main/resources/client-settings.schema.json: a value of another sort is passed over.
GENERAL = {
    "protocol": {"odk_default", "google_sheets"},
    "form_update_mode": {"manual", "previously_downloaded", "match_exactly"},
    "periodic_form_updates_check": {"every_fifteen_minutes", "every_one_hour", "every_six_hours", "every_24_hours"},
    "autosend": {"off", "wifi_only", "cellular_only", "wifi_and_cellular"},
    "image_size": {"original_image_size", "small", "very_small", "medium", "large"},
}  # fmt: skip
TEXT, SWITCHES = {"server_url", "app_language"}, {"delete_send", "analytics"}
ADMIN = {"change_server", "form_update_mode", "analytics"}


def test_collect_knows_every_setting() -> None:
    settings = settings_of(server_url="https://ceiba.example/field/key/K", owner="T-1", language="es")
    general = settings["general"]
    assert set(general) == {*GENERAL, *TEXT, *SWITCHES}
    assert all(general[name] in values for name, values in GENERAL.items())
    assert all(isinstance(general[name], bool) for name in SWITCHES)
    assert settings["admin"] == dict.fromkeys(ADMIN, False)
    assert set(settings) == {"general", "admin", "project"}
    assert set(settings["project"]) == {"name", "icon", "color"}


def test_the_code_is_base64_of_zlib_of_json() -> None:
    settings = settings_of(server_url="https://ceiba.example/field/key/K", owner="Ñandú", language="en")
    assert json.loads(zlib.decompress(b64decode(code_of(settings)))) == settings


def test_the_picture_brings_no_style_of_its_own_that_the_policy_refuses() -> None:
    assert picture_of("x").startswith("data:image/svg+xml")
