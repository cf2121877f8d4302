"""Packs asked for on the site: who may, made by the worker, fetched by whom they are for, gone after their time."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.audit.models import Event
from ceiba.blobs.store import blob_store
from ceiba.packs.models import Pack
from ceiba.packs.services import SAMPLE_MAX, packs_expire
from ceiba.packs.verifying import verify_pack
from tests.apps.packs.conftest import AREA, ELSEWHERE, LAST, Packed
from tests.factories import user_make
from tests.queue import worked

ASK = {"month": f"ca {LAST}", "area": AREA, "size": "5", "seed": "tómbola"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def made(packed: Packed) -> Pack:
    """A pack that an auditor of Guatemala asked for, made."""
    assert signed_in(packed.auditor).post(reverse("packs:ask"), ASK).status_code == 302
    assert worked()[-1:] == ["succeeded"]
    return Pack.objects.get()


def fetched(client: Client, pack: Pack) -> bytes:
    answered = client.get(reverse("packs:fetch", args=[pack.pk]))
    assert answered.status_code == 200
    return b"".join(answered.streaming_content)


def test_only_auditors_and_offices_come_in(made: Pack) -> None:
    codes = {Role.TECHNICIAN: "T-1", Role.PARTICIPANT: "P-1", Role.CONSULAR: "C"}
    paths = [
        reverse("packs:index"),
        reverse("packs:ask"),
        *(reverse(f"packs:{n}", args=[made.pk]) for n in ("progress", "fetch")),
    ]
    for role in Role:
        user = user_make(f"r-{role}", role, areas=() if role in codes else ("GT",), code=codes.get(role, ""))
        client, allowed = signed_in(user), role in (Role.OFFICE, Role.AUDITOR)
        index, ask, *own = paths
        assert client.get(index).status_code == (200 if allowed else 403), role
        assert client.get(ask).status_code == (302 if allowed else 403), role
        for path in own:  # another's pack: not even who may have one of the same area
            assert client.get(path).status_code == (404 if allowed else 403), (role, path)
        assert allowed or client.post(ask, ASK).status_code == 403, role
    for path in paths:
        assert Client().get(path)["Location"].startswith("/accounts/sign-in/")
    assert Pack.objects.count() == 1


def test_nothing_of_another_area_is_asked_for_seen_or_fetched(made: Pack, packed: Packed) -> None:
    auditor = signed_in(packed.auditor)
    for area in (ELSEWHERE, "", "XX", "HN"):
        assert auditor.post(reverse("packs:ask"), ASK | {"area": area}).status_code == 422, area
    far = signed_in(user_make("lejos", Role.AUDITOR, areas=("HN",)))
    page = far.get(reverse("packs:index"))
    assert page.context["rows"] == []
    assert {area.code[:2] for area in page.context["areas"]} == {"HN"}
    within = signed_in(user_make("cerca", Role.AUDITOR, areas=("GT-1304",)))
    assert within.get(reverse("packs:index")).context["rows"] == [], "a part of the area is not the area"
    AreaScope.objects.filter(user=packed.auditor).update(area_code="HN")  # moved since
    assert auditor.get(reverse("packs:fetch", args=[made.pk])).status_code == 404
    assert Pack.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "ca 2020-01"}, {"month": ""}, {"month": f"pes {LAST}"}, {"size": ""}, {"seed": ""}, {"size": "0"},
        {"size": str(SAMPLE_MAX + 1)}, {"size": "-1"}, {"size": "5.0"}, {"size": "٣"}, {"seed": "x" * 201},
    ],
)  # fmt: skip
def test_what_no_form_of_ours_sends_is_refused(packed: Packed, wrong: dict[str, str]) -> None:
    answered = signed_in(packed.auditor).post(reverse("packs:ask"), ASK | wrong)
    assert answered.status_code == 422
    assert not Pack.objects.exists()


def test_it_is_made_with_the_rights_of_then(packed: Packed) -> None:
    """Asked for, and then the areas were taken away: nothing is made, and the page says why."""
    auditor = signed_in(packed.auditor)
    auditor.post(reverse("packs:ask"), ASK)
    AreaScope.objects.filter(user=packed.auditor).update(area_code="GT-13")
    assert worked()[-1:] == ["aborted"]
    AreaScope.objects.filter(user=packed.auditor).update(area_code="GT")
    page = auditor.get(reverse("packs:index"))
    (row,) = page.context["rows"]
    assert row.standing == "refused"
    assert "no hay un área" in page.content.decode()
    assert not list((packed.data / "packs").iterdir())


def test_the_zip_verifies_itself_and_each_fetch_is_told(made: Pack, packed: Packed, tmp_path: Path) -> None:
    auditor = signed_in(packed.auditor)
    data = fetched(auditor, made)
    assert len(data) == made.size_bytes
    answered = auditor.get(reverse("packs:fetch", args=[made.pk]))
    assert answered["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answered["Content-Disposition"].startswith("attachment")
    assert "no-store" in answered["Cache-Control"]
    assert b"".join(answered.streaming_content) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    verdict = verify_pack(folder, sample=(5, "tómbola"))
    assert not verdict.wrong
    events = Event.objects.filter(subject=f"pack:{made.pk}").order_by("pk").values_list("action", flat=True)
    assert list(events) == ["pack.asked", "pack.fetched", "pack.fetched"]
    assert Event.objects.filter(action="pack.make", actor=packed.auditor, detail__pack=made.pack_id).exists()
    assert not list((packed.data / "packs").iterdir()), "no copy lies about"


def test_asked_twice_it_is_one_and_a_few_may_wait(packed: Packed) -> None:
    auditor = signed_in(packed.auditor)
    for _ in range(2):
        auditor.post(reverse("packs:ask"), ASK)
    assert Pack.objects.count() == 1
    for seed in "ab":
        assert auditor.post(reverse("packs:ask"), ASK | {"seed": seed}).status_code == 302
    assert auditor.post(reverse("packs:ask"), ASK | {"seed": "c"}).status_code == 422
    row = Pack.objects.order_by("pk")[0]
    part = auditor.get(reverse("packs:progress", args=[row.pk]), headers={"HX-Request": "true"})
    assert "hx-get" in part.content.decode()
    seen = part.context["row"].seen
    again = auditor.get(
        reverse("packs:progress", args=[row.pk]), {"seen": seen}, headers={"HX-Request": "true"}
    )
    assert again.status_code == 204


def test_its_time_ends_and_nothing_of_it_is_left(made: Pack, packed: Packed) -> None:
    auditor = signed_in(packed.auditor)
    assert packs_expire(at=timezone.now()) == 0
    assert made.expires_at is not None
    Pack.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = auditor.get(reverse("packs:fetch", args=[made.pk]), follow=True)
    assert "ya no está" in late.content.decode(), "before anybody has swept"
    assert blob_store().holds(made.sha256)
    assert packs_expire(at=timezone.now()) == 1
    assert not blob_store().holds(made.sha256)
    assert packs_expire(at=timezone.now()) == 0
    assert auditor.get(reverse("packs:index")).context["rows"][0].standing == "expired"


def test_one_that_is_too_big_is_not_kept(packed: Packed, settings: Any) -> None:
    settings.PACK_BYTES_MAX = 1000
    signed_in(packed.auditor).post(reverse("packs:ask"), ASK)
    assert worked()[-1:] == ["aborted"]
    row = Pack.objects.get()
    assert (row.sha256, row.made_at) == ("", None)
    assert "pasa de" in Event.objects.get(action="pack.refused").detail["es"]
