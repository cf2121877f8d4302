"""Forms written as XLSForms in Markdown and compiled; submissions of them as XML."""

from datetime import UTC, datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from pyxform.xls2xform import convert

from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.definition import FormDefinition, read_form
from ceiba.core.forms.records import Sent

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SETTINGS = """
| settings |
| | form_title | form_id | version | default_language | namespaces |
| | Visita | ca-visit | 7 | Español (es) | ceiba="urn:ceiba:forms" |
"""
VISIT = """
| survey |
| | type | name | label::Español (es) | label::English (en) | required | constraint | relevant | bind::ceiba:gives |
| | start | start | | | | | | |
| | end | end | | | | | | |
| | audit | audit | | | | | | |
| | select_one_from_file participants.csv | participant | Persona | Person | yes | | | head.participant |
| | begin_group | work | Trabajo | Work | | | | |
| | integer | plan_due | Tareas de ${participant} | Tasks | yes | . >= 0 | | visit.plan_due |
| | integer | plan_done | Hechas | Done | | . <= ${plan_due} | | visit.plan_done |
| | geopoint | place | Lugar | Place | | | | head.place visit.accuracy_m |
| | select_one yesno | alive | ¿Vive? | Alive? | | | | proof_of_life.holds |
| | image | photo | Foto | Photo | | | ${alive} = 'yes' | |
| | end_group | | | | | | | |
| | begin_repeat | plants | Siembra | Planting | | | | |
| | select_one cls | cls | Clase | Class | yes | | | planting.plant_class |
| | integer | n | Cuántas | How many | | | | planting.plants |
| | image | row | Foto | Photo | | | | |
| | end_repeat | | | | | | | |
| choices |
| | list_name | name | label::Español (es) | label::English (en) |
| | yesno | yes | Sí | Yes |
| | yesno | no | No | No |
| | cls | timber | Maderable | Timber |
| | cls | fruit | Frutal | Fruit |
"""


@lru_cache(maxsize=128)
def form(sheets: str = VISIT, settings: str = SETTINGS) -> FormDefinition:
    """The form that the sheets say, compiled and read."""
    compiled = convert(settings + sheets, validate=False, file_type=".md")
    return read_form(compiled.xform.encode())


def questions(
    *rows: str, columns: str = "type | name | label | bind::ceiba:gives", more: str = ""
) -> FormDefinition:
    """A form of these rows of `columns`, that asks of whom it is."""
    who = "text | who | Who | head.participant" + " |" * (columns.count("|") - 3)
    survey = "\n".join(f"| | {row} |" for row in (columns, who, *rows))
    return form(f"| survey |\n{survey}\n{more}")


def sent(
    inner: str,
    definition: FormDefinition | None = None,
    name: str = "uuid:1",
    replaces: str = "",
    at: datetime = NOW,
) -> Sent:
    """A submission with `inner` as its answers, read."""
    definition = definition or form()
    return Sent(definition, read_answers(definition, submission(inner, name, replaces)), at, "T01")


def submission(inner: str, name: str = "uuid:1", replaces: str = "") -> bytes:
    """The XML of a submission, in the shape that ODK Collect sends."""
    old = f"<orx:deprecatedID>{escape(replaces)}</orx:deprecatedID>" if replaces else ""
    return (
        '<?xml version="1.0" ?><data id="ca-visit" version="7" xmlns:orx="http://openrosa.org/xforms">'
        f"{inner}<orx:meta>{old}<orx:instanceID>{escape(name)}</orx:instanceID></orx:meta></data>"
    ).encode()
