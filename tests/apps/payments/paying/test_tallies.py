"""What is told of a run's payments is what they add up to, whatever moved them; and nobody changes it."""

from django.db.models import Count, Sum

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.payment_run import PaymentState, Step
from ceiba.frames.postgres import execute
from ceiba.payments.models import Payment, PaymentRun, RunTally
from ceiba.payments.selectors.board import Tally, runs_sums, tallies_strayed
from ceiba.payments.services.runs import payment_cancel
from tests.apps.funding.helpers import EVERYWHERE
from tests.apps.payments.paying.helpers import AT, Paying
from tests.apps.payments.paying.test_outcomes import of, say
from tests.refusals import append_only

WHOLE = Scope(Role.TREASURY, EVERYWHERE)


def summed(run: PaymentRun) -> dict[str, Tally]:
    """Straight from the payments."""
    rows = Payment.objects.filter(run=run).values_list("state").annotate(Count("pk"), Sum("amount_minor"))
    return {state: Tally(count, int(minor)) for state, count, minor in rows}


def told(run: PaymentRun) -> dict[str, Tally]:
    return dict(runs_sums(WHOLE, [run])[run.pk].by_state)


def test_what_was_changed_without_the_guard_is_found(pays: Paying) -> None:
    run = pays.draft()
    assert tallies_strayed() == []
    execute("SET LOCAL session_replication_role = replica")
    Payment.objects.filter(pk=of(run)[0].pk).update(state="paid")
    execute("SET LOCAL session_replication_role = origin")
    assert tallies_strayed() == [run.pk]


def test_tallies_are_append_only(pays: Paying) -> None:
    pays.draft()
    append_only(RunTally)


def test_a_tally_that_nothing_moved_is_found(pays: Paying) -> None:
    run = pays.draft()
    RunTally.objects.create(run=run, state="paid", payments=1, amount_minor=5)
    assert tallies_strayed() == [run.pk]


def test_tallies_follow_payments_through_all_that_happens_to_them(pays: Paying) -> None:
    run = pays.draft()
    assert told(run) == summed(run)
    pays.explain(run)
    payment_cancel(payment_id=str(of(run)[0].pk), actor=pays.users["pagos"], at=AT, note="Se equivocó.")
    assert told(run) == summed(run) and told(run)[PaymentState.CANCELLED].people == 1
    other = pays.sent(run)
    first, second, third, *_ = [each for each in of(other) if each.state == "ordered"]
    say("paid", first, second)
    say("rejected", third)
    say("returned", second)
    assert told(run) == summed(run)
    assert set(told(run)) == {"cancelled", "ordered", "paid", "rejected", "returned"}
    again = pays.draft()
    pays.step(again, Step.CANCEL, "pagos", note="De nuevo.")
    assert told(again) == summed(again)
    assert set(told(again)) == {"cancelled"}
    assert tallies_strayed() == []


def test_of_a_run_that_reaches_further_only_the_own_people_are_counted(pays: Paying) -> None:
    run = pays.draft()
    part = runs_sums(Scope(Role.TREASURY, ("HN",)), [run])[run.pk].ordered
    assert part.people == Payment.objects.filter(run=run, participant__area__code__startswith="HN").count()
    assert 0 < part.people < told(run)[PaymentState.ORDERED].people
