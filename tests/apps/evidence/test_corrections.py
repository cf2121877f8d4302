from pathlib import Path

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Evidence
from tests.apps.evidence.helpers import register, row, take_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_visit(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", key="a"))


def refused(folder: Path, *rows: dict[str, object]) -> list[tuple[str, int | None, str]]:
    before = Evidence.objects.count()
    with pytest.raises(CeibaError) as raised:
        take_rows(folder, "visit", *rows)
    assert Evidence.objects.count() == before
    return [(p.code, p.where.row, p.values["detail"]) for p in raised.value.problems]


def test_a_correction_is_a_new_record(tmp_path: Path) -> None:
    take_rows(tmp_path, "visit", row("visit", key="b", corrects="a", plan_done=3))
    assert list(Evidence.objects.order_by("id").values_list("key", "corrects")) == [("a", ""), ("b", "a")]


def test_a_correction_of_a_record_that_is_not_here_is_taken(tmp_path: Path) -> None:
    take_rows(tmp_path, "visit", row("visit", key="b", corrects="never seen"))
    assert Evidence.objects.count() == 2


def test_somebody_elses_record_is_not_corrected(tmp_path: Path) -> None:
    theirs = row("visit", "P-2", key="b", corrects="a")
    assert refused(tmp_path, row("visit", key="c"), theirs) == [("evidence.corrects_other", 2, "")]


def test_nor_in_the_same_file(tmp_path: Path) -> None:
    rows = [row("visit", key="x"), row("visit", "P-2", key="y", corrects="x")]
    assert refused(tmp_path, *rows) == [("evidence.corrects_other", 2, "")]


def test_a_record_is_corrected_once_and_then_its_correction_is(tmp_path: Path) -> None:
    take_rows(tmp_path, "visit", row("visit", key="b", corrects="a"))
    again = row("visit", key="c", corrects="a")
    assert refused(tmp_path, again) == [("evidence.corrected_already", 1, "b")]
    take_rows(tmp_path, "visit", again | {"corrects": "b"})


def test_two_corrections_of_a_record_in_one_file_are_refused(tmp_path: Path) -> None:
    rows = [row("visit", key="b", corrects="a"), row("visit", key="c", corrects="a")]
    assert refused(tmp_path, *rows) == [("evidence.corrected_already", 2, "b")]


def test_the_same_correction_again_is_known(tmp_path: Path) -> None:
    correction = row("visit", key="b", corrects="a")
    take_rows(tmp_path, "visit", correction)
    assert take_rows(tmp_path, "visit", correction, row("visit", key="c")).known == 1


def test_a_receipt_is_corrected_by_a_receipt_of_its_area(tmp_path: Path) -> None:
    take_rows(tmp_path, "list_receipt", row("list_receipt", key="r", area="GT"))
    with pytest.raises(CeibaError, match="is of another person or area"):
        take_rows(tmp_path, "list_receipt", row("list_receipt", key="s", area="HN", corrects="r"))
    take_rows(tmp_path, "list_receipt", row("list_receipt", key="s", area="GT", corrects="r"))


def test_a_death_notice_is_withdrawn_by_a_correction_without_a_date(tmp_path: Path) -> None:
    take_rows(tmp_path, "death", row("death", key="n"))
    take_rows(tmp_path, "death", row("death", key="w", corrects="n", died_on=None))
    assert Evidence.objects.get(kind="death", key="w").body == {}
