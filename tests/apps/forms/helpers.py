"""XLSForms to publish: one in order, in Markdown, and what can be wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

from ceiba.forms.models import FormVersion
from ceiba.forms.services import form_publish
from ceiba.forms.workbooks import workbook_of
from ceiba.rulebook.services import rulebook_publish
from tests.factories import FOLDER

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
VISIT = """
| settings | | | | | |
| | form_title | form_id | version | default_language | namespaces |
| | Visita del mes | ca-visit | 1 | Español (es) | ceiba="urn:ceiba:forms" |
| survey | | | | | | | |
| | type | name | label::Español (es) | label::English (en) | required | constraint | bind::ceiba:gives |
| | start | start | | | | | |
| | select_one_from_file participants.csv | who | Persona | Person | yes | | head.participant |
| | integer | due | Tareas del plan | Tasks in the plan | yes | . >= 0 | visit.plan_due |
| | integer | done | Tareas cumplidas | Tasks done | yes | . <= ${due} | visit.plan_done |
| | select_one yn | life | ¿Vive aquí? | Lives here? | | | proof_of_life.holds |
| choices | | | |
| | list_name | name | label::Español (es) | label::English (en) |
| | yn | yes | Sí | Yes |
| | yn | no | No | No |
"""
WITHOUT_DONE = VISIT.replace(" visit.plan_done |", " |").replace(" visit.plan_due |", " |")


def markdown(text: str = VISIT, version: str = "1") -> bytes:
    return text.replace("| 1 | Español", f"| {version} | Español").encode()


def workbook(text: str = VISIT, version: str = "1") -> bytes:
    """The same form as an .xlsx."""
    return workbook_of(markdown(text, version))


def programme() -> str:
    """The programme `ca`, published."""
    files = {path.name: path.read_bytes() for path in Path(FOLDER).glob("*.toml")}
    return rulebook_publish(files=files, actor=None, at=AT).programme_id


def publish(text: str = VISIT, version: str = "1", name: str = "visit.md", **more) -> FormVersion:
    return form_publish(
        programme=more.pop("programme", "ca"), name=name, data=markdown(text, version),
        actor=more.pop("actor", None), at=more.pop("at", AT), **more,
    )  # fmt: skip
