"""Compiles one XLSForm, in a process of its own with bounded time and memory: `python -m ceiba.forms.compiler .xlsx`.

The workbook comes by standard input; JSON goes out: `xform`, `itemsets`, `warnings`, or `error` in pyxform's words.
Workbooks come from outside, and what reads them was not made for hostile ones.
"""

import json
import logging
import resource
import sys
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

SECONDS_MAX: Final = 30
MEMORY_BYTES_MAX: Final = 1_500_000_000


def compiled(data: bytes, suffix: str) -> dict[str, Any]:
    """What comes of a workbook, as this module says."""
    warnings: list[str] = []
    try:
        result = convert(data, warnings=warnings, file_type=suffix, validate=False)
    except PyXFormError as error:
        return {"error": _with_row(str(error), data, suffix)}
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        # What pyxform did not foresee in a workbook is wrong with the workbook all the same.
        return {"error": f"Error reading {suffix} file: {type(error).__name__}: {error}"}
    return {"xform": result.xform, "itemsets": result.itemsets, "warnings": warnings}


def _with_row(message: str, data: bytes, suffix: str) -> str:
    """pyxform does not say where a type stands that it does not know: the first row that has it."""
    _, _, rest = message.partition("Unknown question type '")
    if not rest:
        return message
    survey = get_xlsform(data, file_type=suffix).survey or []
    rows = [
        n for n, row in enumerate(survey, 2) if str(row.get("type", "")).strip() == rest[: rest.rfind("'")]
    ]
    return (
        f"[row : {rows[0]}] On the 'survey' sheet, the 'type' value is invalid. {message}"
        if rows
        else message
    )


def main() -> None:
    """Read, compile, answer."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    json.dump(compiled(sys.stdin.buffer.read(), sys.argv[1]), sys.stdout)


if __name__ == "__main__":
    main()
