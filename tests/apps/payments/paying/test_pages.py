"""Every address of payments, every role, in and out of scope. Who must not pass comes first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.core.payment_run import HoldCause, PaymentState, Step
from ceiba.payments.models import Alert, Hold, Payment, PaymentRun
from ceiba.payments.services import hold_place, limit_set
from ceiba.web.labels import GROUPS
from ceiba.web.money_labels import bank_reason
from tests.apps.payments.paying.helpers import AT, CODE, FOUR, Paying
from tests.apps.payments.paying.test_outcomes import say
from tests.factories import user_make

OFFICE, PAYMENTS, TREASURY, AUDITOR, PARTICIPANT = (
    Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.PARTICIPANT,
)  # fmt: skip
SEE = {OFFICE, PAYMENTS, TREASURY, AUDITOR}
Address = Callable[["Board"], str]
# name -> (address of what is in the scope, who may, what those see who may)
ADDRESSES: dict[str, tuple[Address, set[Role], int]] = {
    "runs": (lambda b: reverse("payments:runs"), SEE, 200),
    "run": (lambda b: reverse("payments:run", args=[b.run.pk]), SEE, 200),
    "prepare": (lambda b: reverse("payments:step", args=[b.run.pk, "prepare"]), {PAYMENTS}, 200),
    "review": (lambda b: reverse("payments:step", args=[b.run.pk, "review"]), {PAYMENTS}, 200),
    "approve": (lambda b: reverse("payments:step", args=[b.run.pk, "approve"]), {TREASURY}, 200),
    "release": (lambda b: reverse("payments:step", args=[b.run.pk, "release"]), {TREASURY}, 200),
    "cancel": (lambda b: reverse("payments:step", args=[b.run.pk, "cancel"]), {PAYMENTS, TREASURY}, 200),
    "explain": (
        lambda b: reverse("payments:explain", args=[b.run.pk, b.alert.pk]), {OFFICE, PAYMENTS}, 302,
    ),
    "draft": (lambda b: reverse("payments:draft", args=[CODE]), {PAYMENTS}, 200),
    "drafting": (lambda b: reverse("payments:drafting", args=[1]), {PAYMENTS}, 404),
    "payment": (lambda b: reverse("payments:payment", args=[b.payment.pk]), SEE, 200),
    "take_out": (lambda b: reverse("payments:take_out", args=[b.payment.pk]), {PAYMENTS}, 302),
    "person": (lambda b: reverse("payments:person", args=[b.code]), SEE | {PARTICIPANT}, 200),
    "hold": (lambda b: reverse("payments:hold", args=[b.code]), {OFFICE}, 302),
    "holds": (lambda b: reverse("payments:holds"), SEE, 200),
    "lift": (lambda b: reverse("payments:lift", args=[b.hold.pk]), {OFFICE}, 302),
    "limits": (lambda b: reverse("payments:limits"), SEE, 200),
}  # fmt: skip
OF_A_RUN = {"run", "prepare", "review", "approve", "release", "cancel", "explain"}
OF_A_PERSON = {"payment", "take_out", "person", "hold", "lift"}


class Board:
    """A drafted run of everywhere, one of its alerts, one of its payments in Guatemala, a hold there."""

    def __init__(self, pays: Paying) -> None:
        self.pays = pays
        self.run = pays.draft()
        self.alert = Alert.objects.filter(run=self.run, area__startswith="GT").first()
        if self.alert is None:
            self.alert = Alert.objects.create(run=self.run, code="people", area="GT-13", now=9, before=4)
        self.payment = self.payment_in("GT")
        self.code = self.payment.participant.code
        self.hold = self.held(self.payment.participant_id)

    def payment_in(self, area: str) -> Payment:
        found = Payment.objects.filter(run=self.run, participant__area__code__startswith=area).first()
        assert found is not None
        return found

    def held(self, person: int) -> Hold:
        return hold_place(
            programme=CODE, participant_id=person, cause=HoldCause.COMPLAINT, note="Queja 12, carpeta 4.",
            actor=self.pays.office.ana, at=AT,
        )  # fmt: skip

    def told(self) -> tuple[object, ...]:
        """Everything that an address could change."""
        run = PaymentRun.objects.get(pk=self.run.pk)
        payment = Payment.objects.get(pk=self.payment.pk)
        return (
            run.state,
            payment.state,
            Hold.objects.filter(lifted_at=None).count(),
            PaymentRun.objects.count(),
        )


@pytest.fixture
def board(pays: Paying) -> Board:
    cache.clear()
    return Board(pays)


def signed_in(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def somebody(board: Board, role: Role, areas: tuple[str, ...] = ("GT", "HN", "SV")) -> Client:
    code = {PARTICIPANT: board.code, Role.TECHNICIAN: "T-P-GT-1304"}.get(role, "")
    return signed_in(user_make(f"a-{role}", role, areas=areas, code=code))


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_passes_without_signing_in(board: Board, name: str) -> None:
    before = board.told()
    for method in (Client().get, Client().post):
        assert method(ADDRESSES[name][0](board)).status_code == 302
    assert board.told() == before


@pytest.mark.parametrize("role", Role)
def test_each_role_passes_where_the_matrix_says(board: Board, role: Role) -> None:
    before, client = board.told(), somebody(board, role)
    for name, (address, allowed, status) in ADDRESSES.items():
        expected = status if role in allowed else 403
        assert client.get(address(board)).status_code == expected, name
        if role not in allowed:
            assert client.post(address(board), {"note": "x", "seen": "x"}).status_code == 403, name
    assert board.told() == before, "a page that is only looked at changes nothing"


@pytest.mark.parametrize("role", sorted(SEE | {PARTICIPANT}))
def test_nothing_out_of_scope_is_seen_or_done(board: Board, role: Role) -> None:
    """The same addresses by somebody of Honduras, of a run that pays in Guatemala alone and of a person there."""
    pays = board.pays
    pays.step(board.run, Step.CANCEL, "pagos", note="Se divide.")
    board.run = pays.draft(areas=("GT",))
    board.alert = Alert.objects.filter(run=board.run).first() or Alert.objects.create(
        run=board.run, code="people", area="GT-13", now=9, before=4
    )
    board.hold.delete()
    board.payment = board.payment_in("GT")
    board.code = board.payment.participant.code
    board.hold = board.held(board.payment.participant_id)
    client, before = signed_in(user_make("fuera", role, areas=("HN",), code="CA-999999")), board.told()
    for name in OF_A_RUN | OF_A_PERSON:
        address, allowed, _ = ADDRESSES[name]
        expected = 404 if role in allowed else 403
        assert client.get(address(board)).status_code == expected, name
        assert client.post(address(board), {"note": "x", "explanation": "x"}).status_code == expected, name
    for name in ("runs", "holds"):
        if role in ADDRESSES[name][1]:
            text = body(client.get(ADDRESSES[name][0](board)))
            assert board.code not in text and f"/payments/runs/{board.run.pk}/" not in text
    assert board.told() == before


def test_of_a_run_across_borders_only_ones_own_people_are_listed_and_counted(board: Board) -> None:
    there = board.payment_in("HN")
    client = signed_in(user_make("local", AUDITOR, areas=("GT",)))
    page = client.get(reverse("payments:run", args=[board.run.pk]))
    own = Payment.objects.filter(run=board.run, participant__area__code__startswith="GT")
    assert page.context["sums"].standing.people == own.count() == page.context["page"].count
    assert page.context["sums"].standing.amount_minor == sum(own.values_list("amount_minor", flat=True))
    assert sum(tally.amount_minor for _, tally in page.context["tables"][2][1]) == sum(
        own.values_list("amount_minor", flat=True)
    )
    assert "también paga en áreas que usted no puede ver" in body(page)
    assert there.participant.code not in body(page)
    assert client.get(reverse("payments:payment", args=[there.pk])).status_code == 404
    assert client.get(reverse("payments:run", args=[board.run.pk]) + f"?code={there.participant.code}").context[
        "page"
    ].count == 0  # fmt: skip


def test_a_participant_reads_their_own_account_and_nobody_elses(board: Board) -> None:
    client = somebody(board, PARTICIPANT, areas=())
    text = body(client.get(reverse("payments:person", args=[board.code])))
    assert "nadie puede pedirle dinero" in text
    assert "Una queja" in text and "carpeta 4" not in text, "the cause is told, the note is not"
    assert "ana" not in text.split("<main")[1].split("<footer")[0].split(), "no user is named"
    other = board.payment_in("HN").participant.code
    assert client.get(reverse("payments:person", args=[other])).status_code == 404


def test_a_step_repeats_the_sum_and_is_taken_by_four_people(board: Board) -> None:
    pays, run = board.pays, board.run
    address = reverse("payments:step", args=[run.pk, "prepare"])
    client = signed_in(pays.users["pagos"])
    seen = client.get(address).context["seen"]
    assert "están sin explicar" in body(client.post(address, {"seen": seen}))
    pays.explain(run)
    text = body(client.get(address))
    amount = f"USD {run.amount_minor // 100:,}.{run.amount_minor % 100:02}"
    assert amount in text and f"{run.payments} personas" in text
    stale = client.post(address, {"seen": "1-1", "note": "Listo."})
    assert stale.status_code == 422 and "Listo." in body(stale), "nothing written is lost"
    assert client.post(address, {"seen": seen}).status_code == 302
    again = client.post(reverse("payments:step", args=[run.pk, "review"]), {"seen": seen})
    assert again.status_code == 422 and "ya dio otro paso" in body(again)
    for step, name, _ in FOUR[1:]:
        client = signed_in(pays.users[name])
        assert client.post(reverse("payments:step", args=[run.pk, step]), {"seen": seen}).status_code == 302
    run.refresh_from_db()
    assert run.state == "released"


def test_a_run_that_changed_since_it_was_looked_at_is_shown_again(board: Board) -> None:
    board.pays.explain(board.run)
    client = signed_in(board.pays.users["pagos"])
    address = reverse("payments:step", args=[board.run.pk, "prepare"])
    seen = client.get(address).context["seen"]
    client.post(reverse("payments:take_out", args=[board.payment.pk]), {"note": "Falleció."})
    answer = client.post(address, {"seen": seen})
    assert answer.status_code == 422 and "cambió desde que la miró" in body(answer)
    board.run.refresh_from_db()
    assert board.run.state == "draft"
    assert client.post(address, {"seen": answer.context["seen"]}).status_code == 302


def test_why_it_is_not_ones_turn(board: Board) -> None:
    pays, address = board.pays, reverse("payments:run", args=[board.run.pk])

    def told(user: User) -> str:
        return body(signed_in(user).get(address))

    assert "alertas están sin explicar" in told(pays.users["revisora"])
    pays.explain(board.run)
    assert "Le toca a usted" in told(pays.users["revisora"])
    pays.step(board.run, Step.PREPARE, "pagos")
    assert "ya dio otro paso" in told(pays.users["pagos"])
    assert "no puede dar este paso" in told(pays.users["tesorera"])
    assert "no abarca" in told(user_make("poco", PAYMENTS, areas=("GT",)))
    pays.step(board.run, Step.REVIEW, "revisora")
    limit_set(user=pays.users["tesorera"], step=Step.APPROVE, currency="USD", amount_minor=1)
    assert "su límite para este paso es USD 0.01" in told(pays.users["tesorera"])


def test_a_run_says_by_what_it_is_compared_and_that_nobody_established_it(board: Board) -> None:
    address = reverse("payments:run", args=[board.run.pk])
    seen = body(signed_in(board.pays.users["revisora"]).get(address))
    table = seen[seen.index("Desde dónde se explica una diferencia") :]
    assert 'personas que pueden cobrar en una misma cuenta</td><td class="num">1</td>' in table
    assert table.count("supuesto</span>") == 6


def test_an_alert_is_explained_on_the_page(board: Board) -> None:
    client = signed_in(board.pays.office.ana)
    address = reverse("payments:explain", args=[board.run.pk, board.alert.pk])
    assert "Escriba por qué" in body(client.post(address, {"explanation": " "}, follow=True))
    text = body(client.post(address, {"explanation": "Dos comunidades nuevas."}, follow=True))
    assert "Dos comunidades nuevas." in text and "ana" in text
    other = Alert.objects.exclude(run=board.run).first()
    assert other is None or client.post(
        reverse("payments:explain", args=[board.run.pk, other.pk]), {"explanation": "x"}
    ).status_code == 404  # fmt: skip


def test_a_run_is_cancelled_with_a_reason(board: Board) -> None:
    client, address = (
        signed_in(board.pays.users["tesorera"]),
        reverse("payments:step", args=[board.run.pk, "cancel"]),
    )
    seen = client.get(address).context["seen"]
    assert client.post(address, {"seen": seen, "note": " "}).status_code == 422
    client.post(address, {"seen": seen, "note": "El banco cerró la cuenta."})
    text = body(client.get(reverse("payments:run", args=[board.run.pk])))
    assert "El banco cerró la cuenta." in text
    board.run.refresh_from_db()
    assert board.run.state == "cancelled"
    places = dict(client.get(reverse("payments:runs")).context["in_none"])
    assert set(places) <= {"held", "cancelled", "no_account"} and places["cancelled"].people > 10


def test_one_person_is_taken_out_with_a_reason(board: Board) -> None:
    client, address = (
        signed_in(board.pays.users["pagos"]),
        reverse("payments:take_out", args=[board.payment.pk]),
    )
    assert "Escriba por qué" in body(client.post(address, {"note": ""}, follow=True))
    client.post(address, {"note": "Cambió de cuenta."})
    board.payment.refresh_from_db()
    assert board.payment.state == PaymentState.CANCELLED
    assert "Cambió" not in body(client.get(reverse("payments:runs")))
    assert client.get(reverse("payments:run", args=[board.run.pk])).context["sums"].cancelled.people == 1


def test_the_sums_of_a_run_agree_however_they_are_divided(board: Board) -> None:
    page = signed_in(board.pays.users["pagos"]).get(reverse("payments:run", args=[board.run.pk]))
    for _, rows in page.context["tables"]:
        assert sum(tally.amount_minor for _, tally in rows) == board.run.amount_minor + board.run.saved_minor


def test_where_a_list_is_adds_up_to_the_list(board: Board) -> None:
    sent = board.pays.sent(board.run)
    first, second, third, *_ = Payment.objects.filter(run=sent).order_by("participant_id")
    say("paid", first)
    say("rejected", second, reason="AC04")
    say("returned", third, reason="AC06")
    client = signed_in(board.pays.users["pagos"])
    page = client.get(reverse("payments:list", args=[CODE, sent.month]))
    places = dict(page.context["places"])
    assert places["paid"].amount_minor == first.amount_minor
    by_end = {second.participant_id: "rejected", third.participant_id: "returned"}
    for person, place in by_end.items():
        assert place in places or person == board.hold.participant_id
    total = page.context["reconciliation"].total_minor
    assert sum(tally.amount_minor for tally in places.values()) == total == page.context["listed_minor"]
    assert f"/payments/runs/{sent.pk}/" in body(page)
    board_page = client.get(reverse("payments:runs") + f"?month={sent.month:%Y-%m}&state=sent")
    [row] = board_page.context["rows"]
    sums = row["sums"]
    assert (sums.paid.people, sums.rejected.people, sums.returned.people) == (1, 1, 1)
    assert sums.ordered.people == sent.payments - 3
    assert client.get(reverse("payments:runs") + "?state=draft").context["rows"] == []
    assert len(client.get(reverse("payments:runs") + "?month=all").context["rows"]) == 1
    assert client.get(reverse("payments:runs") + "?programme=otro").status_code == 404


def test_a_payment_tells_its_lines_its_attempts_and_whose_money_it_is(board: Board) -> None:
    sent = board.pays.sent(board.run)
    person = board.payment.participant
    say("rejected", board.payment, reason="AC04")
    board.hold.delete()
    again = Payment.objects.get(run=board.pays.draft(), participant=person)
    client = signed_in(board.pays.users["revisora"])
    page = client.get(reverse("payments:payment", args=[board.payment.pk]))
    text = body(page)
    assert bank_reason("AC04") in text and "AC04" in text
    assert reverse("payments:payment", args=[again.pk]) in text
    assert reverse("pages:explained", args=[person.code, sent.month]) in text
    moved = page.context["whole"].moved
    assert {each.agreement for each in moved} == {"US-1", "MX-1"}
    assert {each.end for each in moved} == {"voided"}
    assert sum(each.amount_minor for each in moved) == board.payment.amount_minor
    account = body(client.get(reverse("payments:person", args=[person.code])))
    assert bank_reason("AC04") in account and "En camino" in account


def test_a_hold_is_placed_lifted_and_remembered(board: Board) -> None:
    client, code = signed_in(board.pays.office.berta), board.code
    lift = reverse("payments:lift", args=[board.hold.pk])
    assert "Escriba qué pasó" in body(client.post(lift, {"note": ""}, follow=True))
    assert "Resuelta." in body(client.post(lift, {"note": "Resuelta."}, follow=True))
    hold = reverse("payments:hold", args=[code])
    for wrong in ({"cause": "boredom"}, {"programme": "mx"}, {"note": " "}):
        form = {"cause": "court_order", "programme": CODE, "note": "Oficio 3."} | wrong
        assert 'class="message error"' in body(client.post(hold, form, follow=True))
        assert not Hold.objects.filter(lifted_at=None).exists()
    text = body(
        client.post(hold, {"cause": "court_order", "programme": CODE, "note": "Oficio 3."}, follow=True)
    )
    assert "Oficio 3." in text and "Resuelta." in text
    assert code in body(client.get(reverse("payments:holds")))
    assert "Resuelta." in body(client.get(reverse("payments:holds") + f"?state=lifted&code={code}"))
    assert client.get(reverse("payments:holds") + "?code=CA-999999").context["count"] == 0


def test_limits_are_those_of_ones_areas(board: Board) -> None:
    limit_set(
        user=user_make("lejana", TREASURY, areas=("HN",)), step=Step.APPROVE, currency="USD", amount_minor=5
    )
    text = body(signed_in(user_make("cerca", AUDITOR, areas=("GT",))).get(reverse("payments:limits")))
    assert "tesorera" in text and "USD 1,000,000.00" in text and "lejana" not in text


def test_every_code_has_a_label() -> None:
    from ceiba.core.payment_run import LeftOutFor, RunState

    for group, codes in {
        "payment_run": list(RunState), "run_step": list(Step), "step_text": list(Step), "hold_cause": list(HoldCause),
        "list_place": [*LeftOutFor, "rejected", "returned", "cancelled", "paid", "ordered", "saved", "no_run"],
        "alert": ["people", "amount", "new_accounts", "shared_account", "shared_phone"],
        "payment": ["planned", "unknown", *(state for state in PaymentState if state != PaymentState.ORDERED)],
    }.items():  # fmt: skip
        assert set(codes) == set(GROUPS[group]), group
    assert bank_reason("ac04") == bank_reason("AC04") != bank_reason("99")


def test_who_asks_for_a_draft_is_told_what_stands_against_it(board: Board) -> None:
    client = signed_in(board.pays.users["pagos"])
    address = reverse("payments:draft", args=[CODE])
    day = timezone.localdate() + timedelta(days=5)
    good = {"month": "2026-10", "area": ["GT"], "bank_account": "BANCO-1", "execute_on": f"{day}"}
    for wrong, told in (
        ({"month": "x"}, "Elija el mes"), ({"month": "2026-11"}, "no está cerrado"),
        ({"area": []}, "al menos un área"), ({"area": ["MX"]}, "no está entre las áreas"),
        ({"bank_account": "X"}, "cuenta bancaria del programa"), ({"execute_on": "2020-01-01"}, "ya pasó"),
    ):  # fmt: skip
        answer = client.post(address, good | wrong)
        assert answer.status_code == 422 and told in body(answer), wrong
    assert client.get(reverse("payments:draft", args=["otro"])).status_code == 404
    local = signed_in(user_make("parcial", PAYMENTS, areas=("GT-13",)))
    assert 'value="GT-13"' in body(local.get(address)) and 'value="GT"' not in body(local.get(address))
    assert "no está entre las áreas" in body(local.post(address, good))
