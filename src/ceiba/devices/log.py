"""Keys in addresses are secrets: no log may have them."""

import logging
import re
from typing import Final

_KEY: Final = re.compile(r"(/key/)[^/\s]+")


class KeysMasked(logging.Filter):
    """Writes `/key/…` where an address with a device's key would be logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's text; every record passes."""
        text = record.getMessage()
        if "/key/" in text:
            record.msg, record.args = _KEY.sub(r"\1…", text), ()
        return True
