"""What is counted is in scope, adds up, and points at nobody."""

from collections import Counter

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.determinations.models import Determination
from ceiba.determinations.selectors import area_totals, reason_counts, run_totals
from ceiba.service_record.selectors import accepted_distribution
from tests.factories import CODE, World

OFFICE_GT = Scope(Role.OFFICE, ("GT",))
OFFICE_ALL = Scope(Role.OFFICE, ("GT", "HN"))
FUNDER_GT = Scope(Role.FUNDER, ("GT",))
TECHNICIAN = Scope(Role.TECHNICIAN, (), "T-P-GT-1304")


def outcomes(made: World, area: str) -> Counter[str]:
    rows = Determination.objects.filter(month=made.month, revision=0, area_code__startswith=area)
    return Counter(rows.values_list("outcome", flat=True))


def test_totals_are_of_the_scope(made: World) -> None:
    run = made.runs[-1].pk
    for scope, area in ((OFFICE_GT, "GT"), (OFFICE_ALL, ""), (TECHNICIAN, "GT-1304")):
        totals, expected = run_totals([run], scope)[run], outcomes(made, area)
        assert (totals.pay, totals.hold, totals.refuse) == tuple(
            expected[o] for o in ("pay", "hold", "refuse")
        )
        assert totals.total == sum(expected.values())
        assert totals.amount_minor == expected["pay"] * 25_000


def test_a_scope_without_areas_counts_nobody(made: World) -> None:
    run = made.runs[-1].pk
    for role in (Role.OFFICE, Role.FUNDER, Role.TECHNICIAN, Role.PARTICIPANT):
        assert run_totals([run], Scope(role, ()))[run].total == 0
        assert reason_counts(run, Scope(role, ())) == []
        assert sum(v or 0 for v in accepted_distribution(CODE, Scope(role, ())).values()) == 0


def test_areas_add_up_to_the_whole(made: World) -> None:
    run = made.runs[-1].pk
    parts = area_totals([run], ["GT-13", "GT-14"], OFFICE_GT)
    assert sum(part.totals.total or 0 for part in parts) == run_totals([run], OFFICE_GT)[run].total
    assert area_totals([run], ["HN"], OFFICE_GT)[0].totals.total == 0


def test_reasons_are_of_the_scope_and_the_commonest_first(made: World) -> None:
    run = made.runs[-1].pk
    for scope, area in ((OFFICE_GT, "GT"), (TECHNICIAN, "GT-1304")):
        counted: Counter[tuple[str, str]] = Counter()
        for row in Determination.objects.filter(month=made.month, revision=0, area_code__startswith=area):
            counted.update((rule, "fail") for rule in row.failed)
            counted.update((rule, "unknown") for rule in row.unknown)
        found = reason_counts(run, scope)
        assert {(r.rule, r.verdict): r.people for r in found} == dict(counted)
        assert [r.people for r in found] == sorted(
            (r.people for r in found), reverse=True, key=lambda n: n or 0
        )


def test_a_funder_sees_no_count_below_five_and_none_exactly(made: World) -> None:
    run = made.runs[-1].pk
    exact = run_totals([run], OFFICE_GT)[run]
    assert 0 < (exact.refuse or 0) < 5, "the test needs a small cell"
    shown = run_totals([run], FUNDER_GT)[run]
    assert shown.refuse is None
    assert shown.amount_minor == (shown.pay or 0) * 25_000
    counts = [shown.pay, shown.hold, shown.total, *(r.people for r in reason_counts(run, FUNDER_GT))]
    for area in area_totals([run], ["GT-1301", "GT-1304", "GT-1406"], FUNDER_GT):
        counts += [area.totals.pay, area.totals.hold, area.totals.refuse, area.totals.total]
    assert all(count is None or count % 5 == 0 for count in counts)
    assert None in counts


def test_the_page_of_a_funder_says_less_than_five(made: World, as_role: object) -> None:
    page = as_role(Role.FUNDER).get("/").content.decode()  # type: ignore[operator]
    assert "&lt;5" in page
    assert "/people/" not in page


def test_months_accepted_are_distributed_over_the_scope(made: World) -> None:
    everyone = accepted_distribution(CODE, OFFICE_ALL)
    assert sum(v or 0 for v in everyone.values()) == len(made.people)
    assert sum(v or 0 for v in accepted_distribution(CODE, TECHNICIAN).values()) == len(
        made.people_in("GT-1304")
    )
    assert set(everyone) == set(range(37))
    for people in accepted_distribution(CODE, FUNDER_GT).values():
        assert people is None or people % 5 == 0
