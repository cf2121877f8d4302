"""The conditions and calculations of a form: whether a phone can read them at all.

A phone refuses a whole form for one condition that it cannot read. The functions are those of ODK's XForms
(https://docs.getodk.org/form-operators-functions/).
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from ceiba.core.forms.definition import as_written
from ceiba.core.forms.safe_xml import local_name, read_xml
from ceiba.core.kernel.errors import Problem, Where, register_messages

register_messages(
    {
        "form.expression": {
            "es": "«{text}» no se puede leer como condición o cálculo: falta o sobra algo cerca del final o de un "
            "paréntesis. El teléfono no abriría el formulario.",
            "en": '"{text}" cannot be read as a condition or calculation: something is missing or too much near its '
            "end or a parenthesis. The phone would not open the form.",
        },
        "form.function_unknown": {
            "es": "«{text}» usa la función «{function}», que los teléfonos quizá no conozcan. Pruébelo en uno.",
            "en": '"{text}" uses the function "{function}", which phones may not know. Try it on one.',
        },
    }
)

FUNCTIONS: Final = frozenset(
    """
    abs acos area asin atan atan2 base64-decode boolean boolean-from-string ceiling checklist coalesce concat contains
    cos count count-non-empty count-selected current date date-time decimal-date-time decimal-time digest distance
    ends-with exp exp10 extract-signed false floor format-date format-date-time geofence id if indexed-repeat instance
    int join last local-name log log10 max min name namespace-uri normalize-space not now number once pi position pow
    property pulldata randomize random regex round selected selected-at sin sqrt starts-with string string-length
    substr substring substring-after substring-before sum tan today translate true uuid version weighted-checklist
    text node
    """.split()  # noqa: SIM905 - a table of eighty words is read as one
)
_OPERATORS: Final = ("and", "or", "div", "mod")
_ATTRIBUTES: Final = {
    "bind": ("relevant", "constraint", "calculate", "required", "readonly"),
    "itemset": ("nodeset",),
    "output": ("value",),
    "setvalue": ("value",),
    "repeat": ("count",),
}
_CALL: Final = re.compile(r"([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*\(")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")


def expression_problems(xform: bytes) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The expressions of a compiled form that cannot be read, and those that phones may not understand.

    Both are placed by the name of the question. Raises UnsafeXml as `read_xml`.
    """
    wrong: list[Problem] = []
    doubtful: list[Problem] = []
    for name, text in dict.fromkeys(_expressions(read_xml(xform))):
        where, values = Where(item=name or None), {"text": as_written(text)}
        try:
            etree.XPath(text)
        except etree.XPathSyntaxError:
            wrong.append(Problem("form.expression", where, values))
            continue
        doubtful += [
            Problem("form.function_unknown", where, values | {"function": call})
            for call in dict.fromkeys(_CALL.findall(_QUOTED.sub("''", text)))
            if call not in FUNCTIONS and call not in _OPERATORS and not call.startswith("jr:")
        ]
    return tuple(wrong), tuple(doubtful)


def _expressions(html: "etree._Element") -> Iterator[tuple[str, str]]:
    """Every expression, with the name of the question it belongs to."""
    for element in html.iter():
        wanted = _ATTRIBUTES.get(local_name(element), ())
        for attribute, value in element.attrib.items():
            if str(attribute).rpartition("}")[2] in wanted and str(value).strip():
                yield _question(element), str(value)


def _question(element: "etree._Element | None") -> str:
    """The name of the question that an element is about: its own place, or that of what it stands in."""
    while element is not None:
        place = element.get("ref") or (
            element.get("nodeset") if local_name(element) in ("bind", "repeat") else None
        )
        if place and place.startswith("/"):
            return place.rpartition("/")[2]
        if local_name(element) == "text" and (element.get("id") or "").startswith("/"):
            return (element.get("id") or "").partition(":")[0].rpartition("/")[2]
        element = element.getparent()
    return ""
