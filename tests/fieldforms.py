"""Small forms as XLSForms, published, and submissions of them as a phone writes them."""

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pyxform.xls2xform import convert

from ceiba.forms.models import Form, FormVersion
from ceiba.rulebook.models import Programme

VISIT: Final = """
| survey | | | | |
| | type | name | label | bind::ceiba:gives |
| | start | start | | |
| | end | end | | |
| | text | person | Person | head.participant |
| | text | cac | Group | head.group |
| | date | month | Month | head.month |
| | geopoint | place | Place | head.place visit.accuracy_m |
| | integer | due | Due | visit.plan_due |
| | integer | done | Done | visit.plan_done |
| | geoshape | edge | Edge | |
| | image | photo | Photo | |
| | begin_repeat | planted | Planted | |
| | select_one class | class | Class | planting.plant_class |
| | integer | plants | Plants | planting.plants |
| | end_repeat | | | |
| choices | | | |
| | list_name | name | label |
| | class | timber | Timber |
| | class | fruit | Fruit |
| settings | | | |
| | form_id | form_title | version | namespaces |
| | {code} | Visit | {version} | ceiba="urn:ceiba:forms" |
"""
NURSERY: Final = """
| survey | | | | |
| | type | name | label | bind::ceiba:gives |
| | start | start | | |
| | text | cac | Group | head.group nursery.group |
| | select_one class | class | Class | nursery.plant_class |
| | text | species | Species | nursery.species |
| | integer | sown | Sown | nursery.sown |
| | integer | living | Living | nursery.living |
| | integer | ready | Ready | nursery.ready |
| choices | | | |
| | list_name | name | label |
| | class | timber | Timber |
| settings | | | |
| | form_id | form_title | version | namespaces |
| | {code} | Nursery | {version} | ceiba="urn:ceiba:forms" |
"""


def published(
    source: str = VISIT, code: str = "ca-visit", version: str = "1", programme: str = "ca"
) -> FormVersion:
    """The form, compiled by pyxform and published."""
    Programme.objects.get_or_create(
        code=programme, defaults={"currency": "USD", "name": {"es": "p", "en": "p"}}
    )
    text = source.replace("{code}", code).replace("{version}", version)
    form, _ = Form.objects.get_or_create(code=code, defaults={"programme_id": programme})
    return FormVersion.objects.create(
        form=form, version=version, title="t", source_name="t.md", source=text.encode(),
        xform=convert(xlsform=text, file_type=".md", validate=False).xform.encode(), xform_md5="0" * 32,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def filled(
    instance: str | None = None, code: str = "ca-visit", version: str = "1", replaces: str = "",
    start: str = "2026-03-15T10:00:00.000-06:00", planted: tuple[tuple[str, int], ...] = (), **answers: object,
) -> bytes:  # fmt: skip
    """A submission of a form with `answers` by question, and entries of `planted` (class, plants)."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    entries = "".join(f"<planted><class>{c}</class><plants>{n}</plants></planted>" for c, n in planted)
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    name = instance or f"uuid:{uuid4()}"
    return (
        f'<data id="{code}" version="{version}"><start>{start}</start>{said}{entries}'
        f"<meta><instanceID>{name}</instanceID>{deprecated}</meta></data>"
    ).encode()
