"""Keys in addresses are secrets: no log may have them."""

import logging
import re
from typing import Final

_KEY: Final = re.compile(r"(/key/|/sessions/|/offers/)[^/\s]+")


class KeysMasked(logging.Filter):
    """Writes `…` for a device's key, an analyst's token and an offer's reference where their addresses would be."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's text; every record passes."""
        text = record.getMessage()
        if _KEY.search(text):
            record.msg, record.args = _KEY.sub(r"\1…", text), ()
        return True
