"""The name of the worker's task: views ask for it, and do not import it."""

from typing import Final

IMPORT_TASK: Final = "payees.import"
