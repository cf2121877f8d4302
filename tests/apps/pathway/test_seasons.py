"""Seasons decide a stage of the pathway: counted from answers and returns, and the same for whoever asks."""

from datetime import UTC, date, datetime

from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.core.referrals import Moved, Said
from ceiba.pathway.models import Batch, Withdrawal
from ceiba.pathway.selectors.sharing import consents_of
from ceiba.pathway.services import answer_record, consent_withdraw, movement_record, places_refer
from ceiba.registry.models import Participant
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.selectors import StageOfPerson, seasons_of_person, stages_of_person, stages_reached
from tests.apps.pathway.given import DRAWN_AT, Pathway
from tests.factories import CODE

KNOWN = datetime(2030, 1, 1, tzinfo=UTC)
YEARS = (2027, 2028, 2029)


def season(year: int) -> dict[str, date]:
    return {"season_from": date(year, 3, 1), "season_until": date(year, 8, 31)}


def accepted(way: Pathway, batch: Batch) -> None:
    places_refer(batch=batch, answer_by=date(2027, 2, 1), by=way.office, now=DRAWN_AT)
    for who in way.listed(batch):
        answer_record(
            who=who, said=Said.ACCEPTED, on=DRAWN_AT.date(), source="Oficio", by=way.office, now=DRAWN_AT
        )


def move(way: Pathway, batch: Batch, person: Participant, moved: Moved, on: date) -> None:
    (who,) = [each for each in way.listed(batch) if each.entry.participant_id == person.pk]
    movement_record(who=who, moved=moved, on=on, source="Llamada", by=way.office, now=KNOWN)


def away(way: Pathway, batch: Batch, person: Participant, year: int, back: date | None = None) -> None:
    move(way, batch, person, Moved.DEPARTED, date(year, 3, 5))
    move(way, batch, person, Moved.RETURNED, back or date(year, 8, 31))


def residence(person: Participant) -> StageOfPerson:
    return stages_of_person(rulebook_of(latest_version(CODE)), person.pk)[-1]


def test_a_stage_that_asks_for_seasons(way: Pathway) -> None:
    """Twelve are accepted for each of three years and do all of it, but for one thing each."""
    batches = [way.drawn(12, **season(year)) for year in YEARS]
    for batch in batches:
        accepted(way, batch)
    whole, late, no_return, no_show, short, never = way.people[:6]
    for batch, year in zip(batches[:2], YEARS, strict=False):
        for person in (whole, late, no_return, no_show, short):
            away(way, batch, person, year)
    away(way, batches[2], whole, 2029)
    away(way, batches[2], late, 2029, date(2029, 9, 1))
    move(way, batches[2], no_return, Moved.DEPARTED, date(2029, 3, 5))
    move(way, batches[2], no_show, Moved.NO_SHOW, date(2029, 3, 1))
    for person, standing in (
        (late, "late"),
        (no_return, "no_return"),
        (no_show, "no_show"),
        (short, "to_come"),
    ):
        told = residence(person)
        assert (told.state, told.missing[0].verdict) == ("not_yet", "fail"), standing
        stood = [each.standing for each in seasons_of_person(CODE, person.pk)]
        assert stood == ["completed", "completed", standing]
    assert residence(never).missing[0].verdict == "unknown", "who never departed is no evidence"
    assert residence(way.world.people_in("HN")[0]).missing[0].verdict != "pass"
    assert residence(whole).reached
    assert residence(whole).stage.proposal
    found = stages_reached(CODE, stages=["residence"])
    assert found.filter(state="reached")["participant_id"].to_list() == [whole.pk]
    for given in consents_of(whole.pk, KNOWN):
        if not Withdrawal.objects.filter(consent=given.consent).exists():
            consent_withdraw(consent=given.consent, by=way.office, now=KNOWN)
    assert residence(whole).reached, "what somebody has done stays theirs when they share no longer"


def test_two_seasons_of_one_year_are_one_and_another_programmes_are_none(way: Pathway) -> None:
    first = way.drawn(12, **season(2027))
    second = way.drawn(12, season_from=date(2027, 9, 15), season_until=date(2027, 11, 1))
    person = way.people[0]
    for batch, since, until in (
        (first, date(2027, 5, 1), date(2027, 8, 1)),
        (second, date(2027, 9, 15), date(2027, 10, 31)),
    ):
        accepted(way, batch)
        move(way, batch, person, Moved.DEPARTED, since)
        move(way, batch, person, Moved.RETURNED, until)
    assert [each.standing for each in seasons_of_person(CODE, person.pk)] == ["completed", "same_year"]
    assert seasons_of_person("mx", person.pk) == ()


def test_the_pages_of_a_person_show_their_seasons_with_their_days(way: Pathway) -> None:
    person = way.people[3]
    office = Client()
    office.force_login(way.office, backend="django.contrib.auth.backends.ModelBackend")
    addresses = (
        reverse("service_record:person", args=[CODE, person.code]), reverse("pathway:person", args=[person.code]),
    )  # fmt: skip
    for address in addresses:
        assert 'id="seasons"' not in office.get(address).content.decode()
    batch = way.drawn(12, **season(2027))
    accepted(way, batch)
    move(way, batch, person, Moved.DEPARTED, date(2027, 3, 7))
    move(way, batch, person, Moved.RETURNED, date(2027, 9, 2))
    for address in addresses:
        page = office.get(address).content.decode()
        assert 'id="seasons"' in page
        assert "2 sep 2027" in page
        assert "no cuenta" in page
    other = Client()
    other.force_login(way.world.users[Role.PARTICIPANT], backend="django.contrib.auth.backends.ModelBackend")
    assert [other.get(address).status_code for address in addresses] == [404, 403]
