"""The office's page of months: who may decide which, what stands there meanwhile, and that it is asked for once."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.accounts.services import scope_set
from ceiba.audit.models import Event
from ceiba.core.kernel.month import Month
from ceiba.determinations.models import Seal
from ceiba.runs import tasks, views
from ceiba.runs.models import AT_WORK, Run, RunState
from tests.factories import CODE, World, user_make
from tests.queue import run, statuses, taken, waited, worked, worker_registered

BACKEND = "django.contrib.auth.backends.ModelBackend"
CLOSED = datetime(2026, 12, 5, 6, tzinfo=UTC)
NEXT = Month(2026, 11)
PAGE = reverse("runs:months", args=[CODE])
SignIn = Callable[[str], Client]


def decide(month: Month = NEXT) -> str:
    return reverse("runs:decide", args=[CODE, month])


def progress(month: Month = NEXT, seen: str = "") -> str:
    return reverse("runs:progress", args=[CODE, month]) + (f"?seen={seen}" if seen else "")


def body(response) -> str:
    return " ".join(response.content.decode().split())


def part(client: Client, address: str):
    return client.get(address, headers={"HX-Request": "true"})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time of the page and of the worker; sessions keep their own."""

    def at(moment: datetime) -> None:
        for module in (views, tasks):
            monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: moment))

    return at


@pytest.fixture
def office(made: World, clock: Callable[[datetime], None]) -> User:
    """An office of every country of the programme, on the day after the evidence of the next month closed."""
    Run.objects.update(state=RunState.COUNTED)
    clock(datetime(2026, 12, 6, tzinfo=UTC))
    return user_make("everywhere", Role.OFFICE, areas=("GT", "HN", "SV"))


@pytest.fixture
def client(office: User) -> Client:
    return signed_in(office)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_no_other_role_decides_a_month(office: User, as_role: SignIn, role: str) -> None:
    assert as_role(role).post(decide()).status_code == 403
    assert statuses() == []
    assert not Event.objects.filter(action="month.asked").exists()


@pytest.mark.parametrize(
    ("areas", "named"),
    [
        (("GT",), "Honduras, SV"),
        (("GT", "HN", "SV-01"), "SV"),
        (("GT-13", "HN", "SV"), "Guatemala"),
        ((), "Guatemala, Honduras, SV"),
    ],
)
def test_an_office_that_does_not_cover_every_country_is_told_why_it_may_not(
    office: User, areas: tuple[str, ...], named: str
) -> None:
    client = signed_in(user_make("somewhere", Role.OFFICE, areas=areas))
    page = body(client.get(PAGE))
    assert f"su cuenta no abarca {named}." in page
    assert "Lo decide una oficina que abarque todos los países del programa." in page
    assert decide() not in page
    assert "Los números son los de las áreas que usted puede ver." in page
    answer = client.post(decide(), follow=True)
    assert "Lo decide una oficina" in body(answer)
    assert statuses() == []
    assert not Event.objects.filter(action="month.asked").exists()


def test_the_numbers_are_those_of_the_areas_one_may_see(office: User, made: World) -> None:
    people = {
        name: sum(row.totals.total for row in client.get(PAGE).context["decided"])
        for name, client in {
            "all": signed_in(office),
            "some": signed_in(user_make("somewhere", Role.OFFICE, areas=("GT-13",))),
            "none": signed_in(user_make("nowhere", Role.OFFICE, areas=())),
        }.items()
    }
    months = len(made.runs)
    assert people == {
        "all": months * len(made.people),
        "some": months * len(made.people_in("GT-13")),
        "none": 0,
    }


def test_a_form_of_another_site_decides_nothing(office: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office, backend=BACKEND)
    assert client.post(decide()).status_code == 403
    assert statuses() == []


def test_looking_at_the_address_decides_nothing(client: Client) -> None:
    assert client.get(decide())["Location"] == PAGE
    assert statuses() == []


@pytest.mark.parametrize("month", [NEXT + -1, NEXT + -2, NEXT + 1])
def test_a_month_out_of_order_is_not_queued(client: Client, month: Month) -> None:
    page = body(client.post(decide(month), follow=True))
    assert f"El mes que sigue es {NEXT}; {month} no se puede decidir ahora." in page
    assert statuses() == []


def test_a_month_that_still_receives_evidence_has_no_button(
    client: Client, clock: Callable[[datetime], None]
) -> None:
    clock(datetime(2026, 12, 5, 5, 59, tzinfo=UTC))
    page = body(client.get(PAGE))
    assert "Recibe evidencia hasta el 5 dic 2026, 06:00 (UTC)." in page
    assert decide() not in page
    assert "2026-11 recibe evidencia hasta el 2026-12-05" in body(client.post(decide(), follow=True))
    assert statuses() == []
    clock(CLOSED)
    assert decide() in body(client.get(PAGE))


def test_the_first_month_is_not_decided_here(client: Client) -> None:
    Seal.objects.all().delete()
    Run.objects.update(programme=other_programme())
    page = body(client.get(PAGE))
    assert "ceiba month run 2026-10 --programme ca" in page
    assert "<form method" not in page.split("<main", 1)[1]
    assert "se elige con «ceiba month run»" in body(client.post(decide(), follow=True))
    assert statuses() == []


def other_programme() -> object:
    from ceiba.rulebook.models import Programme

    return Programme.objects.create(code="zz", currency="USD", name={"es": "z", "en": "z"})


@pytest.mark.parametrize("name", ["months", "decide", "progress"])
def test_an_unknown_programme_has_no_months(client: Client, name: str) -> None:
    address = reverse(f"runs:{name}", args=["zz"] if name == "months" else ["zz", NEXT])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.get(reverse("runs:index"), {"programme": "zz"}).status_code == 404


def test_a_month_nobody_asked_for_has_no_progress(client: Client) -> None:
    client.post(decide())
    assert part(client, progress()).status_code == 200
    assert part(client, progress(NEXT + 1)).status_code == 404


def test_clicked_twice_it_is_queued_once_and_written_down_once(client: Client, office: User) -> None:
    for _ in range(2):
        assert client.post(decide())["Location"] == PAGE
    another = signed_in(user_make("another", Role.OFFICE, areas=("GT", "HN", "SV")))
    another.post(decide())
    taken()
    client.post(decide())
    assert statuses() == ["doing"]
    asked = Event.objects.get(action="month.asked")
    assert (asked.actor, asked.subject) == (office, "ca 2026-11")


def test_whoever_lost_the_right_meanwhile_decides_nothing(client: Client, office: User) -> None:
    client.post(decide())
    scope_set(user=office, areas=["GT"])
    assert worked() == ["aborted"]
    assert not Run.objects.filter(month=NEXT.first_day).exists()
    refused = Event.objects.get(action="month.refused")
    assert set(refused.detail) == {"job", "es", "en"}
    watching = signed_in(user_make("another", Role.OFFICE, areas=("GT", "HN", "SV")))
    page = body(watching.get(PAGE))
    assert "su cuenta no abarca Honduras, SV" in page
    assert "Intentar otra vez decidir noviembre de 2026" in page
    User.objects.update(language="en")
    assert "your account does not cover Honduras, SV" in body(watching.get(PAGE))
    watching.post(decide())
    assert statuses() == ["aborted", "todo"]


def test_whoever_left_meanwhile_decides_nothing(client: Client, office: User) -> None:
    client.post(decide())
    User.objects.filter(pk=office.pk).update(is_active=False)
    assert worked() == ["aborted"]
    assert not Run.objects.filter(month=NEXT.first_day).exists()


def test_what_broke_down_is_told_in_plain_words_and_can_be_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(tasks, "month_run", broken)
    client.post(decide())
    assert worked() == ["failed"]
    page = body(client.get(PAGE))
    assert "Se detuvo sin que se esperara. No quedó nada a medias." in page
    assert "secret detail" not in page
    assert "hx-trigger" not in page
    assert "Intentar otra vez decidir noviembre de 2026" in page


def test_what_is_being_done_is_told_stage_by_stage(client: Client, office: User, made: World) -> None:
    client.post(decide())
    assert "En espera de quien procesa los trabajos." in body(client.get(PAGE))
    taken()
    run = Run.objects.create(
        programme=made.programme,
        month=NEXT.first_day,
        rulebook=made.version,
        cutoff=CLOSED,
        started_at=CLOSED,
    )
    for reached, (stage, said) in zip(RunState.values, AT_WORK.items(), strict=False):
        Run.objects.filter(pk=run.pk).update(state=reached)
        page = client.get(PAGE)
        step = RunState.values.index(stage)
        assert f"Noviembre de 2026: {said['es']} ({step} de 5)." in body(page)
        assert f"Noviembre de 2026: {said['es']}" in body(part(client, progress()))
        assert 'hx-trigger="every 2s"' in body(page)
        assert decide() not in body(page), "no second button while it is at work"


def test_nothing_is_sent_while_nothing_changed(client: Client) -> None:
    client.post(decide())
    seen = client.get(PAGE).context["progress"].seen
    assert part(client, progress(seen=seen)).status_code == 204
    taken()
    changed = part(client, progress(seen=seen))
    assert changed.status_code == 200
    assert "<html" not in body(changed)
    assert client.get(progress(seen=seen))["Location"] == PAGE, "without scripts, the whole page"


def test_without_a_worker_it_says_so(client: Client) -> None:
    client.post(decide())
    waited(21)
    page = body(client.get(PAGE))
    assert "Hace rato que nadie procesa los trabajos." in page
    assert 'hx-trigger="every 2s"' in page
    worker_registered()
    assert "En espera de quien procesa los trabajos." in body(client.get(PAGE))


def test_when_it_is_done_the_page_moves_on_to_the_next(client: Client, made: World) -> None:
    client.post(decide())
    seen = client.get(PAGE).context["progress"].seen
    job = taken()
    assert job is not None
    Run.objects.create(
        programme=made.programme, month=NEXT.first_day, rulebook=made.version, cutoff=CLOSED, started_at=CLOSED,
        state=RunState.COUNTED,
    )  # fmt: skip
    run("finish_job", job_id=job.id, status="succeeded", delete_job=False)
    told = body(part(client, progress(seen=seen)))
    assert "Noviembre de 2026 quedó decidido y sellado, y su lista de pago está hecha." in told
    assert "hx-trigger" not in told
    assert told.count('hx-swap-oob="true"') == 2
    assert "Sigue: diciembre de 2026" in told
    assert 'id="month-2026-11"' in told
    assert 'id="job"' not in body(client.get(PAGE)), "it is over: the table says so"


def test_a_month_begun_elsewhere_can_be_gone_on_with(client: Client, made: World) -> None:
    Run.objects.filter(month=made.month).update(state=RunState.SEALED)
    page = body(client.get(PAGE))
    assert "Se empezó y no ha terminado; sigue donde se quedó." in page
    assert decide(Month.of(made.month)) in page
    assert decide() not in page


def test_the_table_has_what_was_decided(client: Client, made: World) -> None:
    digest = "3fa9" * 16
    Seal.objects.filter(run=made.runs[-1]).update(digests={"result": digest})
    page = client.get(PAGE)
    text = body(page)
    assert [row.run.month for row in page.context["decided"]] == [run.month for run in reversed(made.runs)]
    assert f"{digest[:12]}…" in text
    assert digest in text
    assert "/?programme=ca&amp;month=2026-10" in text
    assert reverse("payments:list", args=[CODE, made.month]) in text
    assert "Terminado" in text


def test_the_index_leads_to_the_first_programme(client: Client) -> None:
    assert client.get(reverse("runs:index"))["Location"] == PAGE
    assert client.get(reverse("runs:index"), {"programme": CODE})["Location"] == PAGE


@pytest.mark.parametrize("role", Role)
def test_only_an_office_has_the_place_in_its_navigation(made: World, as_role: SignIn, role: str) -> None:
    page = as_role(role).get("/rules/").content.decode()
    assert ('href="/months/"' in page) is (role == Role.OFFICE)


@pytest.mark.parametrize(
    ("address", "name"),
    [("/", "El mes"), (f"/months/{CODE}/2026-10/people/", "El mes"), (PAGE, "Meses"), ("/map/", "Mapa")],
)
def test_the_navigation_says_where_one_is(client: Client, address: str, name: str) -> None:
    places = client.get(address).context["viewer"].places
    assert [place.name for place in places if place.here] == [name]
