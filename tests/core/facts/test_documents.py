from datetime import date

from tests.core.facts.evidence import facts_of, record, required

ID = {"document": "id", "held": True, "seen_on": date(2026, 1, 10)}
LAND_UNKNOWN = {"document": "land"}


def test_held_documents_are_not_missing() -> None:
    assert facts_of(documents=required(ID))["documents_missing"] == 0


def test_a_document_nothing_is_known_of_is_missing_when_others_are_known() -> None:
    assert facts_of(documents=required(ID, LAND_UNKNOWN))["documents_missing"] == 1


def test_when_nothing_is_known_of_any_nothing_is_known() -> None:
    assert facts_of(documents=required(LAND_UNKNOWN, {"document": "id"}))["documents_missing"] is None


def test_a_document_is_good_on_its_last_day_and_not_after() -> None:
    assert facts_of(documents=required(ID | {"expires_on": date(2026, 3, 31)}))["documents_missing"] == 0
    assert facts_of(documents=required(ID | {"expires_on": date(2026, 3, 30)}))["documents_missing"] == 1


def test_a_later_check_overrides_the_register() -> None:
    lost = record("document_check", at="2026-03-02", held=False)
    assert facts_of(lost, documents=required(ID))["documents_missing"] == 1
    renewed = record("document_check", at="2026-03-02", expires_on=date(2030, 1, 1))
    expired = required(ID | {"expires_on": date(2026, 2, 1)})
    assert facts_of(renewed, documents=expired)["documents_missing"] == 0


def test_a_check_of_the_same_day_overrides_the_register() -> None:
    lost = record("document_check", month="2026-01", at="2026-01-10", held=False)
    assert facts_of(lost, documents=required(ID))["documents_missing"] == 1


def test_the_register_overrides_an_earlier_check() -> None:
    lost = record("document_check", month="2026-01", at="2026-01-09", held=False)
    assert facts_of(lost, documents=required(ID))["documents_missing"] == 0


def test_of_two_checks_the_later_one_holds_for_its_document_alone() -> None:
    checks = [
        record("document_check", at="2026-03-02", held=False),
        record("document_check", at="2026-03-09", held=True),
        record("document_check", at="2026-03-12", document="land", held=False),
    ]
    assert facts_of(*checks, documents=required({"document": "id"}, LAND_UNKNOWN))["documents_missing"] == 1


def test_a_document_that_is_not_required_is_not_missed() -> None:
    other = record("document_check", document="photo", held=False)
    assert facts_of(other, documents=required(ID))["documents_missing"] == 0
