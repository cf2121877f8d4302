"""OData as Power BI asks for it: what is filtered, selected, paged and promised. What must be refused comes first."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pyxform.xls2xform import convert

from ceiba.accounts.models import Role
from ceiba.analysts.odata.metadata import form_metadata
from ceiba.analysts.odata.schema import schema_of, tables
from ceiba.core.forms.definition import read_form
from ceiba.evidence.taking import submissions_take
from ceiba.submissions.models import Standing
from tests.apps.analysts.field import (
    CUILCO,
    EDIT,
    EVERYTHING,
    HONDURAS,
    NEIGHBOUR,
    NOBODY,
    RECEIPT,
    Field,
    code,
    receive,
    row_of,
    sender,
)
from tests.apps.analysts.tool import Tool, content
from tests.fieldforms import filled, published

pytestmark = pytest.mark.usefixtures("db")
Tools = Callable[[str], Tool]
PROGRAMMES = Path(__file__).parents[3] / "programmes"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
DATE = "__system/submissionDate"


@pytest.fixture
def national(tool: Tools) -> Tool:
    return tool("national")


@pytest.mark.parametrize(
    ("option", "text", "code"),
    [
        ("$filter", "done gt 3", 501.5),
        ("$filter", "__system/xml eq 'x'", 501.5),
        ("$filter", f"{DATE} gt", 400.18),
        ("$filter", f"({DATE} gt 2020-01-01", 400.18),
        ("$filter", f"{DATE} gt 2020-01-01)", 400.18),
        ("$filter", f"{DATE} gt 2020-13-01", 400.18),
        ("$filter", f"{DATE} gt 'soon'", 400.18),
        ("$filter", f"{DATE} gt 2020-01-01; DROP TABLE x", 400.18),
        ("$filter", "__system/submitterId eq '1 or 1=1'", 400.18),
        ("$filter", "__system/submitterId eq 99999999999999999999", 400.18),
        ("$filter", f"{DATE} has 2020-01-01", 501.4),
        ("$filter", f"date({DATE}) eq 2020-01-01", 501.4),
        ("$filter", "1 eq 1", 501.4),
        ("$filter", f"{DATE} eq __system/submitterId", 501.4),
        ("$filter", f"year(__system/reviewState) eq 1 and {DATE} ne null", 501.4),
        ("$filter", "(" * 60 + f"{DATE} ne null" + ")" * 60, 400.18),
        ("$filter", f"{DATE} ne null and " * 200 + f"{DATE} ne null", 400.18),
        ("$orderby", "done", 501.5),
        ("$orderby", f"{DATE} up", 501.5),
        ("$orderby", f"{DATE} asc,__system/submitterId desc", 501.5),
        ("$expand", "planted", 501.6),
        ("$select", "nothing", 400.23),
        ("$select", "planted/class", 400.24),
        ("$top", "-1", 400.8),
        ("$skip", "x", 400.8),
        ("$skiptoken", "x", 400.8),
        ("$skiptoken", "01e30", 400.8),
        ("$skiptoken", "01eyJpbnN0YW5jZUlkIjoieCJ9", 400.8),
    ],
)
def test_what_cannot_be_asked(national: Tool, option: str, text: str, code: float) -> None:
    answer = national.ask(".svc/Submissions", **{option: text})
    assert answer.status_code == int(code), answer.content
    assert answer.json()["code"] == code


def test_select_and_expand_exclude_each_other(national: Tool) -> None:
    answer = national.ask(".svc/Submissions", **{"$select": "done", "$expand": "*"})
    assert answer.json()["code"] == 501.11


@pytest.mark.parametrize(
    "name", ["Nothing", "Submissions.nothing", "Submissions.done", "Submissions.meta", "planted"]
)
def test_tables_there_are_not(national: Tool, name: str) -> None:
    assert national.status(f".svc/{name}") == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{DATE} lt 2020-01-01", []),
        (f"{DATE} ge 2026-03-16T12:00:00.000Z", EVERYTHING),
        (f"{DATE} gt 2026-03-16T06:00:00-06:00", []),
        (f"{DATE} le 2026-03-16T12:00:00Z and year({DATE}) eq 2026 and month({DATE}) eq 3", EVERYTHING),
        (f"year({DATE}) lt year(now())", []),
        (f"hour({DATE}) ne 12 or second({DATE}) eq 1", []),
        (f"not {DATE} lt now()", []),
        (f"not (not ({DATE} lt now()))", EVERYTHING),
        ("__system/reviewState eq 'edited'", [CUILCO]),
        ("__system/reviewState ne 'edited'", [NOBODY, HONDURAS, NEIGHBOUR]),
        ("__system/reviewState eq null", [NOBODY, HONDURAS, NEIGHBOUR]),
        ("__system/reviewState eq 'it''s'", []),
        ("__system/updatedAt gt 2026-03-16T12:30:00Z", [CUILCO]),
        ("__system/updatedAt eq null and __system/deletedAt eq null", [NOBODY, HONDURAS, NEIGHBOUR]),
        (f"$root/Submissions/{DATE} lt 2020-01-01 or __system/reviewState eq 'edited'", [CUILCO]),
        # "and" binds before "or"
        (f"__system/reviewState eq 'edited' or {DATE} ne null and {DATE} lt 2020-01-01", [CUILCO]),
    ],
)  # fmt: skip
def test_what_is_filtered(national: Tool, text: str, found: list[str]) -> None:
    assert national.ids(filter=text) == found
    counted = national.read(".svc/Submissions", **{"$filter": text, "$count": "true", "$top": 1})
    assert counted["@odata.count"] == len(found)


def test_filtering_by_who_sent_it(national: Tool, field: Field) -> None:
    number = field.users["neighbour"].pk
    for text in (f"__system/submitterId eq {number}", f"'{number}' eq __system/submitterId"):
        assert national.ids(filter=text) == [NOBODY, HONDURAS, NEIGHBOUR]
    assert national.ids(filter=f"__system/submitterId ne {number}") == [CUILCO]


def test_entries_of_repeats_are_filtered_by_their_submission(national: Tool) -> None:
    for path in ("$root/Submissions/__system", "__system"):
        assert national.table("Submissions.planted", filter=f"{path}/reviewState ne 'edited'") == []
        assert len(national.table("Submissions.planted", filter=f"{path}/reviewState eq 'edited'")) == 3


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (f"{DATE} asc", [CUILCO, NEIGHBOUR, HONDURAS, NOBODY]),
        (f"{DATE} desc", EVERYTHING),
        ("__system/updatedAt desc", [CUILCO, NOBODY, HONDURAS, NEIGHBOUR]),
        ("__system/updatedAt", [NEIGHBOUR, HONDURAS, NOBODY, CUILCO]),
        ("__system/reviewState desc,__system/submitterId desc", [CUILCO, NOBODY, HONDURAS, NEIGHBOUR]),
    ],
)
def test_rows_in_order_page_by_page(national: Tool, order: str, found: list[str]) -> None:
    assert national.ids(orderby=order) == found
    assert [
        row["__id"] for row in walked(national, "Submissions", **{"$orderby": order, "$top": "1"})
    ] == found


def test_a_row_as_it_stands_after_its_edit(national: Tool, field: Field) -> None:
    row = row_of(national.table(), CUILCO)
    assert (row["done"], row["due"], row["person"]) == (9, 10, field.world.people_in("GT-1304")[0].code)
    assert row["place"] == {
        "type": "Point", "coordinates": [-91.5, 15.3, 1800.0], "properties": {"accuracy": 4.5}
    }  # fmt: skip
    assert row["edge"]["type"] == "Polygon"
    assert row["edge"]["coordinates"][0][1] == [-90.9, 15.0, 1800.0]
    assert row["edge"]["properties"]["accuracies"] == [4.0, 5.0, None, None, 4.0]
    assert row["start"] == "2026-03-15T10:00:00.000-06:00"
    assert (row["cac"], row["month"], row["end"]) == (None, None, None)
    assert row["meta"]["instanceID"] == EDIT
    assert row["planted@odata.navigationLink"] == f"Submissions('{CUILCO}')/planted"
    assert "planted" not in row
    user = field.users["technician"]
    assert row["__system"] == {
        "submissionDate": "2026-03-16T12:00:00.000Z", "updatedAt": "2026-03-16T13:00:00.000Z", "deletedAt": None,
        "submitterId": str(user.pk), "submitterName": user.username, "attachmentsPresent": 1,
        "attachmentsExpected": 1, "status": None, "reviewState": "edited",
        "deviceId": row["__system"]["deviceId"], "edits": 1, "formVersion": "1",
    }  # fmt: skip


def test_a_quarantined_edit_does_not_stand_before_what_counts(national: Tool) -> None:
    Standing.objects.filter(submission__instance_id=EDIT).update(state="quarantined")
    row = row_of(national.table(), CUILCO)
    assert (row["done"], row["__system"]["edits"]) == (8, 1)


def test_an_edit_is_shown_once_it_is_looked_at(national: Tool, field: Field) -> None:
    receive(sender(field.users["neighbour"]), filled("uuid:late", replaces=NEIGHBOUR, person="X", done=1))
    assert national.ids() == EVERYTHING
    assert row_of(national.table(), NEIGHBOUR)["__system"]["edits"] == 0


def test_an_edit_by_another_form_is_no_version_of_this_one(national: Tool, field: Field) -> None:
    published(code="ca-other")
    receive(
        sender(field.users["neighbour"]),
        filled(
            "uuid:other", code="ca-other", replaces=NEIGHBOUR, person=code(field, "GT-1301"), due=10, done=1
        ),
    )
    submissions_take(now=RECEIPT + timedelta(minutes=1))
    row = row_of(national.table(), NEIGHBOUR)
    assert (row["done"], row["__system"]["edits"]) == (9, 0)
    other = national.read(f"/v1/projects/{national.project}/forms/ca-other/submissions")
    assert [each["instanceId"] for each in other] == ["uuid:other"]


def test_geometry_as_text(national: Tool) -> None:
    row = row_of(national.table(wkt="true"), CUILCO)
    assert row["place"] == "POINT (-91.5 15.3 1800)"
    assert row["edge"].startswith("POLYGON ((-91 15 1800,-90.9 15 1800,")


def test_what_does_not_fit_its_type_is_null(national: Tool, field: Field) -> None:
    form = filled(
        "uuid:odd", start="yesterday", due="many", done="9" * 30, place="here", edge="1 2", month="2026-02-31"
    )
    receive(sender(field.users["neighbour"]), form)
    row = row_of(national.table(), "uuid:odd")
    assert [row[name] for name in ("start", "due", "done", "place", "edge", "month")] == [None] * 6


def test_only_what_is_selected(national: Tool) -> None:
    row = row_of(national.table(select="__id,done,meta,planted,__system/edits"), CUILCO)
    assert row == {
        "__id": CUILCO, "done": 9, "meta": row["meta"],
        "planted@odata.navigationLink": f"Submissions('{CUILCO}')/planted", "__system": {"edits": 1},
    }  # fmt: skip
    assert national.table(select="meta/instanceID")[0] == {"meta": {"instanceID": NOBODY}}
    assert national.table("Submissions.planted", select="class")[0] == {"class": "timber"}


def test_entries_stand_within_their_rows_when_expanded(national: Tool) -> None:
    rows = national.table(expand="*")
    entries = row_of(rows, CUILCO)["planted"]
    assert [(each["class"], each["plants"]) for each in entries] == [
        ("timber", 40),
        ("fruit", 7),
        ("timber", 3),
    ]
    assert [each["__id"] for each in entries] == [
        each["__id"] for each in national.table("Submissions.planted")
    ]
    assert row_of(rows, NEIGHBOUR)["planted"] == []


def test_entries_have_names_of_their_own_and_their_submission(national: Tool) -> None:
    rows = national.table("Submissions.planted")
    assert len({row["__id"] for row in rows}) == 3
    assert {row["__Submissions-id"] for row in rows} == {CUILCO}
    # as Central makes it: SHA-1 of where the entry stands
    import hashlib

    assert rows[1]["__id"] == hashlib.sha1(f"Submissions#{CUILCO}%%planted#1".encode()).hexdigest()  # noqa: S324


def test_links_lead_where_they_say(national: Tool) -> None:
    assert national.read(f".svc/Submissions('{CUILCO}')")["value"] == [row_of(national.table(), CUILCO)]
    entries = national.table("Submissions.planted")
    assert national.read(f".svc/Submissions('{CUILCO}')/planted")["value"] == entries
    one = entries[1]["__id"]
    assert national.read(f".svc/Submissions('{CUILCO}')/planted('{one}')")["value"] == [entries[1]]
    assert national.read(f".svc/Submissions('{CUILCO}')/planted('none')")["value"] == []
    for wrong in (
        f"Submissions('{CUILCO}')/nothing",
        "Submissions()",
        "Other('x')",
        f"Submissions('{CUILCO}')/meta",
    ):
        assert national.status(f".svc/{wrong}") == 404


def test_the_service_says_which_tables_there_are(national: Tool) -> None:
    said = national.read(".svc")
    assert [each["url"] for each in said["value"]] == ["Submissions", "Submissions.planted"]
    assert said["@odata.context"].endswith("/forms/ca-visit.svc/$metadata")


def types_in(root: ET.Element) -> dict[str, ET.Element]:
    """Every type by its whole name, once it is seen that each that is named is there and no name is there twice."""
    types: dict[str, ET.Element] = {}
    for schema in root.iter(f"{EDM}Schema"):
        for kind in ("EntityType", "ComplexType", "EnumType"):
            for each in schema.findall(f"{EDM}{kind}"):
                whole = f"{schema.get('Namespace')}.{each.get('Name')}"
                assert whole not in types
                types[whole] = each
    for each in types.values():
        names = [child.get("Name") for child in each if child.get("Name")]
        assert len(names) == len(set(names)), names
    for each in root.iter():
        for name in ("Type", "EntityType"):
            kind = (each.get(name) or "Edm.").removeprefix("Collection(").removesuffix(")")
            assert kind.startswith("Edm.") or kind in types, kind
    return types


@pytest.mark.parametrize("path", sorted(PROGRAMMES.glob("*/forms/*.md")), ids=lambda path: path.stem)
def test_every_form_there_is_has_metadata_that_holds_together(path: Path) -> None:
    xform = convert(xlsform=path.read_text(), file_type=".md", validate=False).xform.encode()
    definition = read_form(xform)
    schema = schema_of(definition)
    root = ET.fromstring(form_metadata(definition.code, schema))  # noqa: S314  # our own
    types_in(root)
    names = {name for name, _ in tables(schema)}
    assert {each.get("Name") for each in root.iter(f"{EDM}EntitySet")} == names
    (container,) = root.iter(f"{EDM}EntityContainer")
    assert str(container.get("Name")).isidentifier()


def test_the_metadata_promises_what_the_rows_hold(national: Tool) -> None:
    """Read by another XML reader than it is written with."""
    answer = national.ask(".svc/$metadata")
    assert answer["OData-Version"] == "4.0"
    root = ET.fromstring(answer.content)  # noqa: S314  # our own
    types = types_in(root)
    sets = {each.get("Name"): types[each.get("EntityType", "")] for each in root.iter(f"{EDM}EntitySet")}
    assert set(sets) == {"Submissions", "Submissions.planted"}
    for table, kind in sets.items():
        assert kind.find(f"{EDM}Key/{EDM}PropertyRef").get("Name") == "__id"  # type: ignore[union-attr]
        promised = {p.get("Name") for p in kind.findall(f"{EDM}Property")}
        held = {key for row in national.table(table) for key in row if "@" not in key}
        assert held == promised
    named = {p.get("Name"): p.get("Type") for p in sets["Submissions"].findall(f"{EDM}Property")}
    assert (named["edge"], named["due"], named["start"], named["month"]) == (
        "Edm.GeographyPolygon", "Edm.Int64", "Edm.DateTimeOffset", "Edm.Date",
    )  # fmt: skip
    system = types["org.opendatakit.submission.metadata"]
    promised = {p.get("Name") for p in system.findall(f"{EDM}Property")}
    assert promised == set(national.table()[0]["__system"])


def walked(some: Tool, table: str, **query: str) -> Iterator[dict[str, Any]]:
    """A table page by page, along the links, as Power BI goes."""
    said = some.read(f".svc/{table}", **query)
    while True:
        yield from said["value"]
        link = said.get("@odata.nextLink")
        if link is None:
            return
        parts = urlsplit(link)
        said = some.read(parts.path, **dict(parse_qsl(parts.query)))


@pytest.mark.parametrize("table", ["Submissions", "Submissions.planted"])
@pytest.mark.parametrize("top", [1, 2, 3, 5, 100])
def test_a_walk_meets_each_row_once_while_more_arrive(
    tool: Tools, field: Field, table: str, top: int
) -> None:
    some, phone = tool("national"), sender(field.users["neighbour"])
    for n in range(7):
        receive(phone, filled(f"uuid:{n}", person="X", planted=(("timber", n),) * (n % 3)))
    before = [row["__id"] for row in some.table(table)]
    met = []
    for n, row in enumerate(walked(some, table, **{"$top": str(top)})):
        met.append(row["__id"])
        receive(phone, filled(f"uuid:new-{n}", person="X", planted=(("fruit", 1),)))
    assert met == before
    assert len(some.table(table)) > len(before)


def test_pages_begin_where_they_are_asked_to(national: Tool) -> None:
    assert national.ids(skip=1, top=2) == EVERYTHING[1:3]
    assert national.ids(skip=9) == []
    said = national.read(".svc/Submissions", **{"$top": 1, "$skip": 1})
    assert "%24skip=" not in said["@odata.nextLink"] and "%24skiptoken=01" in said["@odata.nextLink"]
    entries = national.table("Submissions.planted")
    assert national.table("Submissions.planted", skip=1, top=1) == entries[1:2]
    assert national.read(".svc/Submissions.planted", **{"$count": "true", "$top": 1})["@odata.count"] == 3


def test_more_than_a_chunk_is_read_without_a_gap(
    tool: Tools, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ceiba.frames import walking
    from ceiba.submissions import exporting

    monkeypatch.setattr(walking, "CHUNK_ROWS", 2)
    monkeypatch.setattr(exporting.kept, "__kwdefaults__", {**exporting.kept.__kwdefaults__, "chunk": 2})
    phone = sender(field.users["neighbour"])
    for n in range(5):
        receive(phone, filled(f"uuid:{n}", person="X"))
    found = tool("national").read("/submissions")
    assert [each["instanceId"] for each in found] == [f"uuid:{n}" for n in range(4, -1, -1)] + EVERYTHING


def test_a_few_statements_read_a_thousand_rows(
    tool: Tools, field: Field, django_assert_max_num_queries: Any
) -> None:
    phone = sender(field.users["neighbour"])
    for n in range(30):
        receive(
            phone,
            filled(f"uuid:{n}", person="X", planted=(("timber", n),)),
            at=RECEIPT + timedelta(minutes=n),
        )
    some = tool("national")
    some.table()
    with django_assert_max_num_queries(9):
        assert len(some.table(expand="*")) == 34


def test_links_are_made_of_our_own_address_alone(national: Tool) -> None:
    answer = national.ask(".svc/Submissions", **{"$top": 1})
    assert b'"@odata.nextLink":"http://testserver/v1/projects/' in content(answer)
    headers = {"Authorization": f"Bearer {national.token}", "Host": "elsewhere.example"}
    refused = Client().get(f"{national.form}.svc/Submissions", headers=headers)
    assert refused.status_code == 400


def test_head_says_what_get_would(national: Tool) -> None:
    for address in (".svc", ".svc/Submissions", "/submissions"):
        assert national.status(address, "HEAD") == 200


def test_a_cut_off_answer_is_no_whole_one(tool: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    from ceiba.analysts.views import odata

    def broken(*_: Any, **__: Any) -> Iterator[Any]:
        yield {"__id": "x"}, {"instanceId": "x"}
        raise RuntimeError("the database went away")

    monkeypatch.setattr(odata, "_of", broken)
    answer = tool(Role.OFFICE).ask(".svc/Submissions")
    with pytest.raises(RuntimeError):
        b"".join(answer.streaming_content)
