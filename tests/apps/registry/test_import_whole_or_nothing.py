"""A failure at any step leaves the register as it was, and the same file can be sent again."""

import pytest

from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.registry.models import Document, Enrolment, EnrolmentSpan, Import, Plot
from ceiba.registry.services import imports
from tests.apps.registry.helpers import base, holds, sheet_file, take
from tests.apps.registry.test_import_plots import square

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(Exception):
    """The process, or the machine, or the network failed."""


def crash(*_, **__):
    raise Crash


STEPS = [
    ("documents", {}, "merge"),
    ("documents", {}, "Import.objects.create"),
    ("documents", {}, "event_record"),
    ("plots", {"geometry": square(0)}, "overlaps_resolved"),
    ("plots", {"geometry": square(0)}, "merge"),
    ("enrolments", {}, "spans_store"),
    ("enrolments", {}, "Import.objects.create"),
]


@pytest.mark.parametrize(("sheet", "row", "step"), STEPS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_failure_leaves_nothing(tmp_path, monkeypatch, sheet, row, step):
    holds(base(1)[0], "other")
    path = sheet_file(tmp_path, sheet, row)
    with monkeypatch.context() as patched:
        owner = imports
        for name in step.split(".")[:-1]:
            owner = getattr(owner, name)
        patched.setattr(owner, step.split(".")[-1], crash)
        with pytest.raises(Crash):
            take(sheet, path)
    for model in (Import, Event, Plot, Enrolment, EnrolmentSpan):
        assert not model.objects.exists(), model
    assert Document.objects.count() == 1
    assert take(sheet, path).created == 1


def test_what_the_database_refuses_leaves_nothing(tmp_path, monkeypatch):
    """A person registered between the check and the merge, say: the constraint speaks, and nothing is kept."""
    base(1)
    monkeypatch.setattr(
        imports,
        "_checked",
        lambda file, areas, actor: imports.stage(imports.TARGETS[file.sheet], file.prepared.rows),
    )
    path = sheet_file(tmp_path, "documents", {"participant": "P-404"}, {"participant": "P-1"})
    with pytest.raises(CeibaError) as raised:
        take("documents", path)
    assert [p.code for p in raised.value.problems] == ["import.conflict"]
    assert not Document.objects.exists()
    assert not Import.objects.exists()
