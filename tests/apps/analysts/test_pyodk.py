"""pyodk itself, against a server that listens, as an analyst uses it."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import requests
from django.core.cache import cache
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client
from pyodk.errors import PyODKError

from ceiba.accounts.models import Role
from ceiba.entities.services import entities_refresh
from ceiba.evidence.taking import submissions_take
from tests.apps.analysts.field import RECEIPT, SQUARE, forget_forms, receive, sender
from tests.apps.evidence.helpers import register
from tests.factories import user_make
from tests.fieldforms import filled, published

PASSWORD = "milpa-y-sombra-9"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(live_server: Any, settings: Any, tmp_path: Path) -> str:
    """A server with three people, the programme's visit form, and what came of it."""
    settings.DATA_DIR = tmp_path
    cache.clear()
    forget_forms()
    register(3)
    user_make("analista", Role.AUDITOR, ("GT",), password=PASSWORD)
    user_make("financiador", Role.FUNDER, ("GT",), password=PASSWORD)
    published()
    phone = sender(user_make("t1", Role.TECHNICIAN, (), "T-1"))
    visit = {"due": 10, "edge": SQUARE, "photo": "a.jpg", "planted": (("timber", 40), ("fruit", 7))}
    receive(phone, filled("uuid:1", person="P-1", done=8, **visit), {"a.jpg": b"a photo", "b.jpg": b"more"})
    receive(phone, filled("uuid:2", person="P-2", done=9, due=10))
    submissions_take(now=RECEIPT)
    receive(phone, filled("uuid:1b", replaces="uuid:1", person="P-1", done=7, **visit))
    submissions_take(now=RECEIPT)
    entities_refresh(today=date(2026, 4, 15))
    return str(live_server.url)


def client_of(server: str, tmp_path: Path, username: str = "analista", password: str = PASSWORD) -> Client:
    config = Config(CentralConfig(base_url=server, username=username, password=password))
    return Client(config=config, cache_path=tmp_path / "cache.toml", project_id=None)


@pytest.fixture
def odk(server: str, tmp_path: Path) -> Iterator[Client]:
    with client_of(server, tmp_path) as client:
        client.forms.default_project_id = client.projects.list()[0].id
        for service in (client.submissions, client.entities, client._comments, client.entity_lists):
            service.default_project_id = client.forms.default_project_id
        yield client


def test_who_may_not(server: str, tmp_path: Path) -> None:
    stranger = client_of(server, tmp_path, password="wrong")
    with pytest.raises(PyODKError, match=r"401\.2"):
        stranger.open()
    stranger.close()
    with client_of(server, tmp_path, "financiador") as client:
        number = client.projects.list()[0].id
        for read in (client.forms.list, lambda **where: client.submissions.list(form_id="ca-visit", **where)):
            with pytest.raises(PyODKError, match=r"403\.1"):
                read(project_id=number)


def test_writing_is_refused(odk: Client) -> None:
    for write in (
        lambda: odk.submissions.create(xml="<data/>", form_id="ca-visit"),
        lambda: odk.submissions.edit(xml="<data/>", form_id="ca-visit", instance_id="uuid:1"),
        lambda: odk.submissions.review(form_id="ca-visit", instance_id="uuid:1", review_state="approved"),
        lambda: odk.entities.create(entity_list_name="participants", label="x", data={}),
        lambda: odk.entity_lists.create(entity_list_name="x"),
    ):
        with pytest.raises(PyODKError, match=r"405\.1"):
            write()


def test_the_token_is_kept_and_used_again(server: str, tmp_path: Path) -> None:
    with client_of(server, tmp_path) as client:
        first = client.session.headers["Authorization"]
    with client_of(server, tmp_path) as client:
        assert client.session.headers["Authorization"] == first
        assert client.get("users/current").json()["displayName"] == "analista"


def test_forms(odk: Client) -> None:
    form = odk.forms.get("ca-visit")
    assert (form.version, form.state, form.name) == ("1", "open", "t")
    assert "<h:title>Visit</h:title>" in odk.forms.get_xml("ca-visit")
    base = f"projects/{form.projectId}/forms/ca-visit"
    fields = {each["path"]: each for each in odk.get(f"{base}/fields").json()}
    assert fields["/planted"]["type"] == "repeat"
    assert (fields["/planted/class"]["type"], fields["/edge"]["type"]) == ("string", "geoshape")
    assert fields["/photo"]["binary"] is True


def test_submissions_one_by_one(odk: Client) -> None:
    assert [each.instanceId for each in odk.submissions.list(form_id="ca-visit")] == ["uuid:2", "uuid:1"]
    one = odk.submissions.get("uuid:1", form_id="ca-visit")
    assert one.reviewState == "edited" and one.createdAt == datetime(2026, 3, 16, 12, tzinfo=UTC)
    base = f"projects/{odk.forms.default_project_id}/forms/ca-visit/submissions/uuid:1"
    assert b"<done>7</done>" in odk.get(f"{base}.xml").content
    assert b"<done>8</done>" in odk.get(f"{base}/versions/uuid:1.xml").content
    changed = odk.get(f"{base}/diffs").json()["uuid:1b"]
    assert {"path": ["done"], "old": 8, "new": 7} in changed
    assert odk.submissions.list_comments(instance_id="uuid:1", form_id="ca-visit") == []


def test_attachments(odk: Client) -> None:
    base = f"projects/{odk.forms.default_project_id}/forms/ca-visit/submissions/uuid:1/attachments"
    assert odk.get(base).json() == [{"name": "a.jpg", "exists": True}, {"name": "b.jpg", "exists": True}]
    answer = odk.get(f"{base}/a.jpg")
    assert answer.content == b"a photo"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert odk.get(f"{base}/none.jpg").status_code == 404
    assert odk.get(f"{base}/..%2Fa.jpg").status_code == 404


def test_tables(odk: Client) -> None:
    table = odk.submissions.get_table(form_id="ca-visit", expand="*", count=True)
    assert table["@odata.count"] == 2
    assert [(row["__id"], row["done"], len(row["planted"])) for row in table["value"]] == [
        ("uuid:2", 9, 0), ("uuid:1", 7, 2),
    ]  # fmt: skip
    planted = odk.submissions.get_table(form_id="ca-visit", table_name="Submissions.planted", wkt=True)
    assert [row["plants"] for row in planted["value"]] == [40, 7]
    filtered = odk.submissions.get_table(
        form_id="ca-visit", filter="__system/reviewState eq 'edited'", select="__id,edge", wkt=True
    )
    assert filtered["value"][0]["edge"].startswith("POLYGON ((")


def test_a_table_page_by_page_over_http(odk: Client) -> None:
    said = odk.submissions.get_table(form_id="ca-visit", top=1)
    following = odk.session.get(said["@odata.nextLink"]).json()
    assert [row["__id"] for part in (said, following) for row in part["value"]] == ["uuid:2", "uuid:1"]
    assert "@odata.nextLink" not in following


def test_entities(odk: Client) -> None:
    lists = {each.name: each for each in odk.entity_lists.list()}
    assert {"participants", "plots", "groups"} <= set(lists)
    assert "code" in [each.name for each in odk.entity_lists.get("participants").properties or []]
    found = odk.entities.list(entity_list_name="participants")
    assert len(found) == 3
    table = odk.entities.get_table(entity_list_name="participants", top=2, count=True)
    following = odk.session.get(table["@odata.nextLink"]).json()
    rows = [*table["value"], *following["value"]]
    assert (table["@odata.count"], {row["code"] for row in rows}) == (3, {"P-1", "P-2", "P-3"})
    assert {row["__id"] for row in rows} == {each.uuid for each in found}


def test_csv_files(odk: Client) -> None:
    base = f"projects/{odk.forms.default_project_id}/forms/ca-visit/submissions.csv"
    rows = pl.read_csv(io.BytesIO(odk.get(base).content)).to_dicts()
    assert [(row["KEY"], row["done"], row["photo"]) for row in rows] == [
        ("uuid:2", 9, None),
        ("uuid:1", 7, "a.jpg"),
    ]
    assert rows[1]["edge"].startswith("15.0 -91.0 1800.0")
    packed = zipfile.ZipFile(io.BytesIO(odk.get(f"{base}.zip").content))
    assert packed.namelist() == ["ca-visit.csv", "ca-visit-planted.csv"]
    planted = pl.read_csv(io.BytesIO(packed.read("ca-visit-planted.csv"))).to_dicts()
    assert [(row["class"], row["plants"], row["PARENT_KEY"]) for row in planted] == [
        ("timber", 40, "uuid:1"), ("fruit", 7, "uuid:1"),
    ]  # fmt: skip


def test_every_error_over_http_has_its_shape(server: str) -> None:
    for address in ("/v1/projects", "/v1/nothing", "/v1/projects/1/forms/x/submissions"):
        answer = requests.get(f"{server}{address}", timeout=10)
        assert set(json.loads(answer.text)) >= {"code", "message"}
