"""A run from draft to release: what it claims, who moves it, what is refused."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from ceiba.accounts.models import Role
from ceiba.core.kernel.month import Month
from ceiba.core.payment_run import PAYMENT_NEXT, RUN_NEXT, PaymentState, RunState, Step
from ceiba.core.rules.reading import read_rulebook
from ceiba.frames.postgres import execute
from ceiba.ledger.models import Account, Settlement, Transfer
from ceiba.ledger.selectors import strayed
from ceiba.payments.models import Alert, Claim, LeftOut, Payment, PaymentLine, PaymentRun
from ceiba.payments.services import alert_explain, hold_lift, hold_place, payment_cancel
from ceiba.rulebook.models import RulebookVersion
from ceiba.rulebook.selectors import latest_version, version_at
from tests.apps.payments.paying.helpers import AT, CODE, FOUR, Paying, codes
from tests.factories import LAST, user_make


def test_a_draft_claims_every_line_once_and_reserves_its_money(pays: Paying) -> None:
    run = pays.draft()
    lines = PaymentLine.objects.filter(month=run.month)
    without = lines.filter(participant=pays.made.people[3])
    claimed = Claim.objects.filter(run=run)
    assert claimed.count() == lines.count() - without.count() > 20
    assert run.amount_minor == sum(claimed.values_list("amount_minor", flat=True))
    assert run.payments == Payment.objects.filter(run=run).count()
    us, mx = pays.fund("US-1"), pays.fund("MX-1")
    assert us.debits_pending + mx.debits_pending == run.amount_minor
    assert us.debits_pending == run.amount_minor * 7 // 10
    assert (us.debits_posted, pays.clearing.balance_minor) == (0, 0)
    assert strayed(CODE) == []


def test_whoever_cannot_be_paid_is_left_out_with_a_reason(pays: Paying) -> None:
    run = pays.draft()
    left = LeftOut.objects.filter(run=run)
    due = {line.participant_id for line in PaymentLine.objects.filter(month=run.month)}
    assert [(row.participant_id, row.reason) for row in left] == [
        (pays.made.people[3].pk, "no_account")
    ] or pays.made.people[3].pk not in due
    paid = set(Payment.objects.filter(run=run).values_list("participant_id", flat=True))
    assert paid | {row.participant_id for row in left} == due


def test_a_second_run_finds_nothing_left(pays: Paying) -> None:
    pays.draft()
    assert codes(pays.draft) == ["payment_run.nothing"]


def test_a_month_that_is_not_sealed(pays: Paying) -> None:
    assert codes(lambda: pays.draft(month=LAST + 1)) == ["payment_run.not_sealed"]


def test_parts_of_a_month_by_area(pays: Paying) -> None:
    first = pays.draft(areas=("HN",))
    second = pays.draft(areas=("GT",))
    people = {p.pk: p.area_id for p in pays.made.people}
    for run, area in ((first, "HN"), (second, "GT")):
        paid = Payment.objects.filter(run=run).values_list("participant_id", flat=True)
        assert {people[each][:2] for each in paid} == {area}


def test_more_than_the_funds_hold(pays: Paying) -> None:
    run = pays.draft(areas=("HN",))
    pays.step(run, Step.CANCEL, "pagos", note="Se repite.")
    Account.objects.filter(pk=pays.fund("MX-1").pk).update(floor_minor=10_000_000 - 100)
    assert codes(pays.draft) == ["payment_run.short"]
    assert not PaymentRun.objects.exclude(state="cancelled").exists()
    assert pays.fund("US-1").debits_pending == 0


@pytest.mark.parametrize("place", range(4))
def test_four_people_each_in_their_turn(pays: Paying, place: int) -> None:
    run = pays.draft()
    pays.explain(run)
    for step, by, _ in FOUR[:place]:
        run = pays.step(run, step, by)
    for other, (step, by, _) in enumerate(FOUR):
        if other != place:
            assert codes(lambda s=step, b=by: pays.step(run, s, b)) == ["payment_run.turn"]
    step, by, _ = FOUR[place]
    wrong_role = "tesorera" if place < 2 else "pagos"
    assert codes(lambda: pays.step(run, step, wrong_role)) == ["payment_run.not_allowed"]
    if place % 2:  # the one before has the same role, and has taken a step
        assert codes(lambda: pays.step(run, step, FOUR[place - 1][1])) == ["payment_run.same_person"]
    pays.users["local"] = user_make("local", FOUR[place][2], areas=("GT",))
    assert codes(lambda: pays.step(run, step, "local")) == ["payment_run.not_everywhere"]
    run = pays.step(run, step, by)
    assert run.state == ["prepared", "reviewed", "approved", "released"][place]


def test_an_office_moves_no_run(pays: Paying) -> None:
    run = pays.draft()
    pays.explain(run)
    pays.users["ana"] = pays.office.ana
    for step in Step:
        assert set(codes(lambda s=step: pays.step(run, s, "ana", note="x"))) <= {
            "payment_run.not_allowed",
            "payment_run.turn",
        }


def test_no_limit_approves_nothing_and_a_low_one_not_this(pays: Paying) -> None:
    from ceiba.payments.services import limit_set

    run = pays.draft()
    pays.explain(run)
    for step, by, _ in FOUR[:2]:
        pays.step(run, step, by)
    pays.users["nueva"] = user_make("nueva", Role.TREASURY, areas=("GT", "HN", "SV"))
    assert codes(lambda: pays.step(run, Step.APPROVE, "nueva")) == ["payment_run.over_limit"]
    limit_set(user=pays.users["nueva"], step=Step.APPROVE, currency="USD", amount_minor=run.amount_minor - 1)
    assert codes(lambda: pays.step(run, Step.APPROVE, "nueva")) == ["payment_run.over_limit"]
    limit_set(user=pays.users["nueva"], step=Step.APPROVE, currency="USD", amount_minor=run.amount_minor)
    assert pays.step(run, Step.APPROVE, "nueva").state == "approved"


def test_an_alert_blocks_until_it_is_explained(pays: Paying) -> None:
    run = pays.draft()
    Alert.objects.filter(run=run).delete()
    alert = Alert.objects.create(run=run, code="people", area="GT-13", now=9, before=4)
    assert codes(lambda: pays.step(run, Step.PREPARE, "pagos")) == ["payment_run.unexplained"]
    with pytest.raises(DatabaseError, match="nobody explained"), transaction.atomic():
        execute(
            "INSERT INTO payments_runstep (run_id, step, actor_id, note, at)"
            " SELECT %(run)s, 'prepare', %(who)s, '', now()",
            {"run": run.pk, "who": pays.users["pagos"].pk},
        )
        PaymentRun.objects.filter(pk=run.pk).update(state="prepared")
    explain = {"alert_id": alert.pk, "actor": pays.users["pagos"], "at": AT}
    assert codes(lambda: alert_explain(**explain, explanation=" ")) == ["payment_run.note"]
    assert codes(lambda: alert_explain(**explain | {"actor": pays.users["tesorera"]}, explanation="x")) == [
        "payment_run.not_allowed"
    ]
    alert_explain(**explain, explanation="Dos comunidades nuevas.")
    assert codes(lambda: alert_explain(**explain, explanation="Otra cosa.")) == ["payment_run.turn"]
    assert pays.step(run, Step.PREPARE, "pagos").state == "prepared"


def publish(pays: Paying, at: datetime, **thresholds: int) -> None:
    """Another version of the programme, with these thresholds."""
    latest = latest_version(CODE)
    lines = latest.files["programme.toml"].splitlines()
    for name, value in thresholds.items():
        place = next(n for n, line in enumerate(lines) if line.startswith(f"{name} = "))
        lines[place] = f'{name} = {{ value = {value}, basis = "assumption" }}'
    files = latest.files | {"programme.toml": "\n".join(lines) + "\n"}
    digest = read_rulebook({name: text.encode() for name, text in files.items()}).digest
    RulebookVersion.objects.create(programme=pays.made.programme, digest=digest, files=files, published_at=at)


@pytest.mark.parametrize(
    ("thresholds", "expected"),
    [
        ({"people_min": 10_000}, set()),
        ({"people_min": 1, "people_percent": 0, "amount_percent": 1_000}, {"people"}),
    ],
)
def test_a_draft_is_compared_by_what_its_programme_says(
    pays: Paying, thresholds: dict[str, int], expected: set[str]
) -> None:
    publish(
        pays, AT - timedelta(days=1), **thresholds | {"new_accounts_percent": 100, "phone_people_max": 1_000}
    )
    run = pays.draft()
    assert set(Alert.objects.filter(run=run).values_list("code", flat=True)) == expected


def test_what_is_published_after_a_draft_changes_nothing_of_it(pays: Paying) -> None:
    before = version_at(CODE, AT)
    publish(pays, AT + timedelta(minutes=1), people_min=10_000)
    assert version_at(CODE, AT) == before != latest_version(CODE)
    assert version_at(CODE, before.published_at - timedelta(days=1)) == before


def test_the_database_refuses_a_step_that_nobody_took(pays: Paying) -> None:
    run = pays.draft()
    pays.explain(run)
    for state in RunState:
        with pytest.raises(DatabaseError), transaction.atomic():
            PaymentRun.objects.filter(pk=run.pk).exclude(state=state).update(state=state)
            raise DatabaseError if state == RunState.DRAFT else AssertionError(state)
    pays.step(run, Step.PREPARE, "pagos")
    with pytest.raises(DatabaseError, match="run_steps_by_four_people"), transaction.atomic():
        execute(
            "INSERT INTO payments_runstep (run_id, step, actor_id, note, at)"
            " SELECT %(run)s, 'approve', %(who)s, '', now()",
            {"run": run.pk, "who": pays.users["pagos"].pk},
        )
    with pytest.raises(DatabaseError, match="stays what it is"), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(amount_minor=1)


def test_states_are_the_same_here_and_there(pays: Paying) -> None:
    from django.db import connection

    for name, table in (("ceiba_run_next", RUN_NEXT), ("ceiba_payment_next", PAYMENT_NEXT)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT state, following FROM {name}()")  # noqa: S608 - one of two names
            held = set(cursor.fetchall())
        assert held == {(str(state), str(to)) for state, following in table.items() for to in following}


def test_cancelled_lines_can_be_claimed_again_as_another_attempt(pays: Paying) -> None:
    run = pays.released(pays.draft())
    assert codes(lambda: pays.step(run, Step.CANCEL, "revisora")) == ["payment_run.note"]
    pays.step(run, Step.CANCEL, "revisora", note="El banco cambió de cuenta.")
    assert pays.fund("US-1").debits_pending == 0
    assert set(Payment.objects.filter(run=run).values_list("state", flat=True)) == {"cancelled"}
    again = pays.draft()
    assert again.amount_minor == run.amount_minor
    assert set(Claim.objects.filter(run=again).values_list("attempt", flat=True)) == {2}
    assert not set(Payment.objects.filter(run=run).values_list("pk", flat=True)) & set(
        Payment.objects.filter(run=again).values_list("pk", flat=True)
    )
    assert strayed(CODE) == []


def test_one_person_taken_out(pays: Paying) -> None:
    run = pays.draft()
    payment = Payment.objects.filter(run=run).first()
    assert payment is not None
    given = {"payment_id": str(payment.pk), "at": AT}
    assert codes(lambda: payment_cancel(**given, actor=pays.office.ana, note="x")) == [
        "payment_run.not_allowed"
    ]
    assert codes(lambda: payment_cancel(**given, actor=pays.users["pagos"], note="")) == ["payment_run.note"]
    reserved = pays.fund("US-1").debits_pending + pays.fund("MX-1").debits_pending
    assert (
        payment_cancel(**given, actor=pays.users["pagos"], note="Falleció.").state == PaymentState.CANCELLED
    )
    left = pays.fund("US-1").debits_pending + pays.fund("MX-1").debits_pending
    assert left == reserved - payment.amount_minor
    assert codes(lambda: payment_cancel(**given, actor=pays.users["pagos"], note="x")) == ["payment_run.turn"]
    assert pays.draft().payments == 1


def test_a_hold_keeps_one_person_out_until_it_is_lifted(pays: Paying) -> None:
    due = PaymentLine.objects.filter(month=LAST.first_day, participant__area__code__startswith="GT").first()
    assert due is not None
    given = {"programme": CODE, "participant_id": due.participant_id, "cause": "complaint", "at": AT}
    other = user_make("lejos", Role.OFFICE, areas=("HN",))
    for actor in (other, pays.users["pagos"]):
        assert codes(lambda a=actor: hold_place(**given, actor=a, note="x")) == ["hold.not_allowed"]
    assert codes(lambda: hold_place(**given, actor=pays.office.ana, note="")) == ["hold.note"]
    hold = hold_place(**given, actor=pays.office.ana, note="Queja 12.")
    assert codes(lambda: hold_place(**given, actor=pays.office.ana, note="x")) == ["hold.already"]
    run = pays.draft()
    assert LeftOut.objects.get(run=run, participant=due.participant_id).reason == "held"
    assert not Payment.objects.filter(run=run, participant=due.participant_id).exists()
    hold_lift(hold_id=hold.pk, note="Resuelta.", actor=pays.office.berta, at=AT)
    assert codes(lambda: hold_lift(hold_id=hold.pk, note="x", actor=pays.office.berta, at=AT)) == [
        "hold.not_held"
    ]
    again = pays.draft()
    assert list(Payment.objects.filter(run=again).values_list("participant_id", flat=True)) == [
        due.participant_id
    ]


def test_a_claim_beside_another_or_of_no_line(pays: Paying) -> None:
    run = pays.draft()
    claim = Claim.objects.filter(run=run).first()
    assert claim is not None

    def insert(**changes: object) -> None:
        names = [f.attname for f in Claim._meta.concrete_fields]
        row = {name: getattr(claim, name) for name in names} | changes
        with transaction.atomic():
            Claim.objects.bulk_create([Claim(**row)])

    other = "00000000-0000-8000-8000-000000000000"
    for changes, why in (
        ({}, "duplicate key"),
        ({"id": other}, "claim_live_once"),
        ({"id": other, "month": Month(2031, 1).first_day}, "of no line"),
        ({"id": other, "live": False, "amount_minor": claim.amount_minor + 1}, "of no line"),
        ({"id": other, "live": False, "payment_id": other}, "not the sum"),
    ):
        with pytest.raises(DatabaseError, match=why):
            insert(**changes)
    for change in ({"live": False}, {"amount_minor": 1}, {"payment_id": None}):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("DELETE FROM payments_claim")


def test_a_payment_stays_what_it_is(pays: Paying) -> None:
    run = pays.draft()
    payment = Payment.objects.filter(run=run).first()
    assert payment is not None and payment.account_id is not None
    for change in (
        {"amount_minor": 1}, {"participant_id": payment.participant_id + 1},
        {"account_id": payment.account_id + 1}, {"attempt": 9},
        {"state": "paid"}, {"state": "rejected"}, {"state": "returned"},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("DELETE FROM payments_payment")
    run = pays.sent(run)
    with pytest.raises(DatabaseError, match="cancelled before its run is sent"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="cancelled")


def test_ids_are_made_again(pays: Paying) -> None:
    run = pays.draft()
    first = set(Payment.objects.filter(run=run).values_list("pk", flat=True))
    with transaction.atomic():
        transaction.set_rollback(True)
    transfers = pl.Series([str(pk) for pk in Transfer.objects.values_list("pk", flat=True)])
    assert transfers.n_unique() == len(transfers)
    assert not Settlement.objects.filter(transfer__payment_id__in=first).exists()
