"""The expressions of a form's binds, evaluated by libxml2's XPath with the functions that XForms adds.

Dates stand in the instance as days since 1970, so that they compare as numbers, as XForms engines do it. What engines
disagree on is not decided here: the forms are also tried in JavaRosa (ODK Validate) when they are changed.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from lxml import etree

from tests.forms.shipped import XFORMS, tree

TODAY: Final = date(2026, 11, 26)
EPOCH: Final = date(1970, 1, 1)
Value = str | int | float | date


def constraint(code: str, name: str, value: Value, /, **others: Value) -> bool:
    """Whether the question called `name` takes `value` while the `others` are answered so."""
    return _evaluated(code, "constraint", name, {**others, name: value})


def relevant(code: str, name: str, /, **others: Value) -> bool:
    """Whether the question or group is asked while the `others` are answered so; what is around it is, too."""
    return _evaluated(code, "relevant", name, others)


def constrained(code: str) -> tuple[str, ...]:
    """The names of the questions that have a constraint."""
    return tuple(_name(bind) for bind in tree(code).iter(f"{XFORMS}bind") if bind.get("constraint"))


def _evaluated(code: str, attribute: str, name: str, values: Mapping[str, Value]) -> bool:
    form = tree(code)
    bind = next(b for b in form.iter(f"{XFORMS}bind") if _name(b) == name and b.get(attribute))
    root = _instance(form)
    for each, value in values.items():
        _node(root, each).text = _text(value)
    return bool(_node(root, name).xpath(bind.get(attribute), extensions=_FUNCTIONS))


def _name(bind: "etree._Element") -> str:
    return str(bind.get("nodeset")).rpartition("/")[2]


def _instance(form: "etree._Element") -> "etree._Element":
    """The form's own instance, alone and without namespaces, each repeat with one entry."""
    first = next(form.iter(f"{XFORMS}instance"))[0]
    root = etree.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", etree.tostring(_bare(first)).decode()))
    for template in root.xpath("//*[@template]"):
        template.getparent().remove(template)
    return root


def _bare(element: "etree._Element") -> "etree._Element":
    bare = etree.Element(etree.QName(element).localname)
    bare.attrib.update({etree.QName(name).localname: value for name, value in element.attrib.items()})
    bare.extend(_bare(child) for child in element)
    return bare


def _node(root: "etree._Element", name: str) -> "etree._Element":
    (node,) = root.xpath(f"//{name}")
    return node


def _text(value: Value) -> str:
    return str((value - EPOCH).days) if isinstance(value, date) else str(value)


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = (value[0].text or "") if value else ""
    return str(value)


def _format_date(_: Any, day: Any, pattern: Any) -> str:
    return (EPOCH + timedelta(days=int(float(_string(day))))).strftime(_string(pattern))


_FUNCTIONS: Final = {
    (None, "today"): lambda _: float((TODAY - EPOCH).days),
    (None, "int"): lambda _, number: float(int(float(_string(number)))),
    (None, "format-date"): _format_date,
    (None, "regex"): lambda _, text, pattern: re.search(_string(pattern), _string(text)) is not None,
    (None, "selected"): lambda _, answers, choice: _string(choice) in _string(answers).split(),
    (None, "count-selected"): lambda _, answers: float(len(_string(answers).split())),
}
