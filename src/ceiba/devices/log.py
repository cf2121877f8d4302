"""Keys in addresses are secrets: no log may have them."""

import logging
import re
from typing import Final

_KEY: Final = re.compile(r"(/key/|/sessions/)[^/\s]+")


class KeysMasked(logging.Filter):
    """Writes `…` for a device's key and an analyst's token where their addresses would be logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's text; every record passes."""
        text = record.getMessage()
        if "/key/" in text or "/sessions/" in text:
            record.msg, record.args = _KEY.sub(r"\1…", text), ()
        return True
