"""Erasing a person's data: who may, when, what goes, what stays, and that all that was proven is proven still."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from ceiba.accounts.models import Role, User
from ceiba.blobs.store import blob_store
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.models import Credential
from ceiba.determinations.verification import verify_month
from ceiba.evidence.models import Evidence, Paper
from ceiba.packs.layout import NAMES
from ceiba.packs.making import PackAsked, pack_make
from ceiba.packs.sampling import SampleAsked
from ceiba.packs.verifying import verify_pack
from ceiba.pathway.models import Consent
from ceiba.pathway.selectors.sharing import live_consents
from ceiba.payees.models import PayeeAccount, PayeeChange
from ceiba.payments.models import Hold
from ceiba.privacy.holdings import HOLDINGS, Fate
from ceiba.privacy.models import Erasure, FileLeft
from ceiba.privacy.selectors.held import held_of
from ceiba.privacy.services.erasing import erasure_confirm, files_remove
from ceiba.privacy.services.requests import erasure_ask, erasure_refuse, erasure_withdraw
from ceiba.registry.models import Document, Participant, Plot
from ceiba.review.models import Flag, InTray, Photo, Review
from ceiba.submissions.models import Attachment, Conflict, Submission
from ceiba.transparency.models import Entry
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.transparency.verification import row_faults, tree_faults
from tests.apps.packs.conftest import LAST, Packed
from tests.apps.privacy import given
from tests.apps.privacy.given import NOW, PAPER, SMALL, WORDS, office
from tests.factories import user_make


@pytest.fixture
def people(db: None) -> tuple[User, User, Participant]:
    """Two of the office, and the person, who has left."""
    ana, berta = office("ana"), office("berta")
    person = given.whole(ana)
    given.left(person)
    return ana, berta, person


@pytest.fixture
def asked(people: tuple[User, User, Participant]) -> Erasure:
    ana, _, person = people
    return erasure_ask(participant=person, reason="person_asked", actor=ana, at=NOW)


def codes(error: pytest.ExceptionInfo[CeibaError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_nobody_is_erased_who_is_enrolled_or_of_whom_something_is_open(db: None) -> None:
    ana, berta = office("ana"), office("berta")
    person = given.whole(ana)
    with pytest.raises(CeibaError) as error:
        erasure_ask(participant=person, reason="person_asked", actor=ana, at=NOW)
    assert codes(error) == {"erasure.enrolled", "erasure.month_open"}
    given.left(
        person, on=given.LEFT.replace(day=31) + timedelta(days=1)
    )  # active on the last day of a month that
    with pytest.raises(CeibaError) as error:  # nobody has decided
        erasure_ask(participant=person, reason="person_asked", actor=ana, at=NOW)
    assert codes(error) == {"erasure.month_open"}
    assert not Erasure.objects.exists()
    assert berta.pk


def test_what_is_not_settled_is_told_by_its_code(
    people: tuple[User, User, Participant], asked: Erasure
) -> None:
    """Also what came up after it was asked for: the second person cannot confirm it either."""
    ana, berta, person = people
    Hold.objects.create(programme_id="ca", participant=person, cause="other", placed_by=ana, placed_at=NOW)
    PayeeAccount.objects.create(
        participant=person, scheme="phone", number_cipher=b"x", number_hash=b"y", holder="H", cause="asked",
        document="D", proposed_by=ana, proposed_at=NOW, changed_by=ana, changed_at=NOW,
    )  # fmt: skip
    row = Credential.objects.get(participant=person)
    row.state, row.reason, row.asked_by, row.changed_by, row.changed_at = "asked", "identity", ana, ana, NOW
    row.save()
    with pytest.raises(CeibaError) as error:
        erasure_confirm(erasure=asked.pk, actor=berta, at=NOW)
    assert codes(error) == {"erasure.held", "erasure.account_waits", "erasure.revocation_waits"}
    person.refresh_from_db()
    assert person.erased_at is None


def test_only_a_second_person_of_the_office_decides(
    people: tuple[User, User, Participant], asked: Erasure
) -> None:
    ana, _, person = people
    stranger = office("lejos", "HN")
    auditor = user_make("mira", Role.AUDITOR)
    for actor, code in ((ana, "erasure.own"), (stranger, "erasure.no_right"), (auditor, "erasure.no_right")):
        with pytest.raises(CeibaError) as error:
            erasure_confirm(erasure=asked.pk, actor=actor, at=NOW)
        assert codes(error) == {code}
        with pytest.raises(CeibaError) as error:
            erasure_refuse(erasure=asked.pk, reason="identity", actor=actor, at=NOW)
        assert codes(error) == {code}
    with pytest.raises(CeibaError) as error:
        erasure_ask(participant=person, reason="person_asked", actor=stranger, at=NOW)
    assert codes(error) == {"erasure.no_right"}
    with pytest.raises(CeibaError) as error:
        erasure_ask(participant=person, reason="person_asked", actor=ana, at=NOW)
    assert codes(error) == {"erasure.asked_already"}
    person.refresh_from_db()
    assert person.erased_at is None


def test_it_is_refused_with_a_reason_or_taken_back_and_asked_again(
    people: tuple[User, User, Participant], asked: Erasure
) -> None:
    _, berta, person = people
    with pytest.raises(CeibaError) as error:
        erasure_refuse(erasure=asked.pk, reason="", actor=berta, at=NOW)
    assert codes(error) == {"erasure.reason"}
    with pytest.raises(CeibaError) as error:
        erasure_withdraw(erasure=asked.pk, actor=berta, at=NOW)
    assert codes(error) == {"erasure.not_own"}
    erasure_refuse(erasure=asked.pk, reason="identity", actor=berta, at=NOW)
    with pytest.raises(CeibaError) as error:
        erasure_confirm(erasure=asked.pk, actor=berta, at=NOW)
    assert codes(error) == {"erasure.decided"}
    own = User.objects.get(username="sembradora7")
    again = erasure_ask(participant=person, reason="person_asked", actor=own, at=NOW)
    erasure_withdraw(erasure=again.pk, actor=own, at=NOW)
    assert [row.state for row in Erasure.objects.order_by("pk")] == ["refused", "withdrawn"]


@pytest.fixture
def done(people: tuple[User, User, Participant], asked: Erasure, packed: Packed) -> Iterator[Participant]:
    _, berta, person = people
    before = given.said_of(person)
    told = held_of(person, NOW)
    kept_pack = packed.pack
    size = log_size()
    erasure_confirm(erasure=asked.pk, actor=berta, at=NOW)
    person.refresh_from_db()
    person.before, person.told, person.pack, person.size = before, told, kept_pack, size  # type: ignore[attr-defined]
    yield person


def test_everything_that_says_who_they_are_is_gone(done: Participant) -> None:
    told = done.told  # type: ignore[attr-defined]
    missing = {each.code for each in HOLDINGS if not told[each.code] and each.fate == Fate.ERASED} - {
        "facts_so_far",
        "packs",
        "proposals",
    }
    assert not missing, "the test has nothing of these to erase"
    left = held_of(done, NOW)
    assert {code: left[code] for code in left if left[code]}.keys().isdisjoint(
        each.code for each in HOLDINGS if each.fate == Fate.ERASED
    )
    assert (done.given_names, done.family_names, done.birth_date, done.phone) == ("", done.code, None, "")
    assert not Document.objects.filter(participant=done).exists()
    assert not Plot.objects.filter(participant=done).exclude(geometry=None).exists()
    form = Submission.objects.get(instance_id="uuid:1")
    assert bytes(form.xml) == b"<erased/>"
    for table in (Attachment, Conflict, InTray, Flag):
        assert not table.objects.filter(submission=form).exists(), table
    assert Review.objects.get(submission=form).reason == "—"
    assert (form.standing.state, form.standing.lon, form.standing.participant_id) == ("erased", None, done.pk)
    assert not Photo.objects.exists()
    account = PayeeAccount.objects.get(participant=done)
    assert (account.state, bytes(account.number_cipher), account.number_hash, account.holder) == (
        "closed",
        b"",
        None,
        "",
    )
    assert set(PayeeChange.objects.filter(account=account).values_list("why", flat=True)) == {"—"}
    assert Hold.objects.get(participant=done).note == ""
    assert Consent.objects.get(participant=done).note == ""
    assert not live_consents(NOW + timedelta(seconds=1)).filter(participant=done).exists()
    user = User.objects.get(role=Role.PARTICIPANT, code=done.code)
    assert (user.is_active, user.username, user.has_usable_password()) == (False, f"erased-{user.pk}", False)
    assert not Entry.objects.filter(participant_id=done.pk).exists()


def test_no_table_says_the_words_or_names_any_more(done: Participant) -> None:
    """Whatever the tables are: every text of every row is read for what only this person's data said."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE ANY (%s)',  # noqa: S608
                [[f"%{WORDS}%", "%sembradora7%", "%5555-0000%"]],
            )
            assert cursor.fetchone() == (0,), (table, column)


def test_what_was_decided_and_paid_stays_and_everything_proves_as_before(
    done: Participant, packed: Packed, tmp_path: Path
) -> None:
    assert given.said_of(done) == done.before  # type: ignore[attr-defined]
    for month in (LAST + -1, LAST):
        assert verify_month(packed.data / "sealed" / "ca" / str(month)).identical
    assert list(tree_faults()) == []
    assert list(row_faults()) == []
    checkpoint_sign(now=NOW)
    assert entries_append() == 0, "nothing of theirs is logged later, under a salt that nobody erases"
    assert log_size() > done.size  # type: ignore[attr-defined]
    assert not verify_pack(done.pack).wrong, "what an auditor took home before"  # type: ignore[attr-defined]
    asked = PackAsked("ca", LAST, packed.area, SampleAsked(400, "otra"), packed.auditor)
    pack_make(asked=asked, to=tmp_path / "again", now=NOW)
    verdict = verify_pack(tmp_path / "again")
    assert not verdict.wrong
    assert "pack.not_opened" in {problem.code for problem in verdict.unchecked}
    assert f"{done.pk},{done.code},,{done.code}" in (tmp_path / "again" / NAMES).read_text().splitlines()


def test_a_constancia_in_somebodys_hand_stays_as_it_was(done: Participant) -> None:
    row = Credential.objects.get(participant=done)
    assert (row.state, row.subject_cipher, row.card_cipher) == ("valid", None, None)


def test_files_go_after_the_commit_and_a_worker_that_died_goes_on(done: Participant) -> None:
    left = set(FileLeft.objects.values_list("sha256", flat=True))
    assert len(left) == 3
    assert all(blob_store().holds(each) for each in left)
    store = type(blob_store())
    with patch.object(store, "remove", side_effect=OSError("gone away")), suppress(OSError):
        files_remove()
    assert FileLeft.objects.count() == 3, "nothing is forgotten that was not removed"
    assert files_remove() == 3
    assert not any(blob_store().holds(each) for each in left)
    assert not FileLeft.objects.exists()
    assert SMALL


def test_a_paper_that_attests_the_absence_of_others_stays_for_them(
    people: tuple[User, User, Participant], asked: Erasure
) -> None:
    _, berta, person = people
    other = Participant.objects.filter(area=person.area_id).exclude(pk=person.pk)[0]
    given.ill(other, berta)
    paper = sha256(PAPER).hexdigest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.all().delete()
    erasure_confirm(erasure=asked.pk, actor=berta, at=NOW)
    files_remove()
    assert Paper.objects.get().drop.records.get().participant == other
    assert blob_store().holds(paper)


def test_all_of_it_or_nothing(people: tuple[User, User, Participant], asked: Erasure) -> None:
    _, berta, person = people
    before = held_of(person, NOW)
    with (
        patch("ceiba.privacy.services.erasing.salts_erase", side_effect=RuntimeError("the power went")),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        erasure_confirm(erasure=asked.pk, actor=berta, at=NOW)
    person.refresh_from_db()
    asked.refresh_from_db()
    assert (person.erased_at, asked.state) == (None, "asked")
    assert held_of(person, NOW) == before


REFUSED = [
    "UPDATE registry_participant SET erased_at = now(), given_names = '', family_names = code, birth_date = NULL,"
    " sex = 'X', language = '', phone = '', group_id = NULL, home_lon = NULL, home_lat = NULL",
    "UPDATE submissions_submission SET xml = '<erased/>'",
    "DELETE FROM submissions_attachment",
    "DELETE FROM submissions_submission",
    "UPDATE review_review SET reason = '—'",
    "UPDATE payees_payeechange SET why = '—'",
    "UPDATE payees_payeeaccount SET number_cipher = '', number_hash = NULL, holder = '', tail = '', bank = '',"
    " document = '', why = '—'",
    "UPDATE pathway_consent SET note = ''",
    "DELETE FROM privacy_erasure",
    "UPDATE privacy_erasure SET state = 'confirmed', decided_by_id = asked_by_id, decided_at = now()",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_it_of_whom_nobody_erased(
    people: tuple[User, User, Participant], asked: Erasure, statement: str
) -> None:
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


AFTERWARDS = [
    "UPDATE registry_participant SET family_names = 'Pérez' WHERE id = %s",
    "UPDATE registry_participant SET erased_at = NULL, birth_date = '1990-01-01' WHERE id = %s",
    "UPDATE registry_enrolment SET state = 'applied' WHERE participant_id = %s",
    "UPDATE submissions_submission s SET xml = 'other' FROM submissions_standing t"
    " WHERE t.submission_id = s.id AND t.participant_id = %s",
    "UPDATE payees_payeeaccount SET holder = 'X' WHERE participant_id = %s",
    "UPDATE privacy_erasure SET state = 'refused', refused_for = 'identity', erased = '{}' WHERE participant_id = %s",
]


@pytest.mark.parametrize("statement", AFTERWARDS)
def test_whoever_was_erased_stays_so(done: Participant, statement: str) -> None:
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [done.pk])


def test_every_table_that_names_a_person_is_told_of(db: None) -> None:
    told = [table for each in HOLDINGS for table in each.tables]
    assert len(told) == len(set(told)), "a table in two kinds"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'participant_id'"
            " UNION SELECT 'submissions_' || t FROM unnest(ARRAY['submission', 'attachment', 'conflict']) AS t"
        )
        assert {name for (name,) in cursor.fetchall()} <= set(told)


def test_evidence_and_files_of_the_register_about_them_are_refused(done: Participant, tmp_path: Path) -> None:
    from ceiba.evidence.services import drop_take
    from ceiba.registry.services import import_apply

    count = Evidence.objects.count()
    csv = tmp_path / "life.csv"
    csv.write_text(
        "key,participant,month,observed_at,received_at,reporter,area,corrects\n"
        f"k-1,{done.code},2026-05,2026-05-20T10:00:00Z,2026-05-21T10:00:00Z,T-1,,\n"
    )
    with pytest.raises(CeibaError) as error:
        drop_take(path=csv, name="proof_of_life.csv", actor=None, now=NOW, kind="proof_of_life")
    assert (codes(error), Evidence.objects.count()) == ({"evidence.unknown_participant"}, count)
    register = tmp_path / "participants.csv"
    register.write_text(
        "code,given_names,family_names,birth_date,sex,language,phone,area,group,home_lon,home_lat\n"
        f"{done.code},Petrona,Pérez,1990-01-01,F,,,{done.area_id},,,\n"
    )
    with pytest.raises(CeibaError) as error:
        import_apply(sheet="participants", path=register, name="participants.csv", today=NOW.date())
    assert "import.erased" in codes(error)
