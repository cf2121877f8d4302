"""What the tables of a form, or a list of entities, are made of: OData's metadata document (CSDL in XML).

Types and names are those of ODK Central, so that what was made against it works here.
"""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from ceiba.analysts.odata.schema import Node, identifier, parent_key, tables

_EDMX: Final = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM: Final = "http://docs.oasis-open.org/odata/ns/edm"
_TYPES: Final = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "geopoint": "Edm.GeographyPoint",
    "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
    "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset",
}
_MOMENT, _TEXT, _NUMBER = "Edm.DateTimeOffset", "Edm.String", "Edm.Int64"
_SUBMISSION: Final = {
    "submissionDate": _MOMENT, "updatedAt": _MOMENT, "deletedAt": _MOMENT, "submitterId": _TEXT,
    "submitterName": _TEXT, "attachmentsPresent": _NUMBER, "attachmentsExpected": _NUMBER,
    "status": "org.opendatakit.submission.Status", "reviewState": "org.opendatakit.submission.ReviewState",
    "deviceId": _TEXT, "edits": _NUMBER, "formVersion": _TEXT,
}  # fmt: skip
_ENTITY: Final = {
    "createdAt": _MOMENT, "creatorId": _TEXT, "creatorName": _TEXT, "updates": _NUMBER, "updatedAt": _MOMENT,
    "deletedAt": _MOMENT, "version": _NUMBER, "conflict": _TEXT,
}  # fmt: skip
_ENUMS: Final = {
    "Status": ("notDecrypted", "missingEncryptedFormData"),
    "ReviewState": ("hasIssues", "edited", "rejected", "approved"),
}
_CAPABILITIES: Final = "Org.OData.Capabilities.V1"


def form_metadata(code: str, root: Node) -> bytes:
    """The metadata of a form's tables."""
    edmx, services = _document()
    shared = _schema(services, "org.opendatakit.submission")
    _properties(_element(shared, "ComplexType", Name="metadata"), _SUBMISSION.items())
    for name, members in _ENUMS.items():
        enum = _element(shared, "EnumType", Name=name)
        for member in members:
            _element(enum, "Member", Name=member)
    space = f"org.opendatakit.user.{identifier(code)}"
    own = _schema(services, space)
    found = tables(root)
    for name, way in found:
        entity = _entity_type(own, name)
        if way:
            _properties(entity, [(parent_key(way), _TEXT)])
        else:
            _properties(entity, [("__system", "org.opendatakit.submission.metadata")])
        _places(entity, way[-1] if way else root, space)
    for node in root.walk():
        if node.kind == "structure":
            _places(_element(own, "ComplexType", Name=_dotted(node)), node, space)
    _container(own, code, space, [name for name, _ in found])
    return _written(edmx)


def entities_metadata(name: str, properties: Iterable[str]) -> bytes:
    """The metadata of a list of entities."""
    edmx, services = _document()
    shared = _schema(services, "org.opendatakit.entity")
    _properties(_element(shared, "ComplexType", Name="metadata"), _ENTITY.items())
    space = f"org.opendatakit.user.{identifier(name)}"
    own = _schema(services, space)
    entity = _entity_type(own, "Entities")
    _properties(entity, [("__system", "org.opendatakit.entity.metadata"), ("label", _TEXT)])
    _properties(entity, [(identifier(each), _TEXT) for each in properties])
    _container(own, name, space, ["Entities"])
    return _written(edmx)


def _places(into: "etree._Element", node: Node, space: str) -> None:
    for child in node.children.values():
        if child.kind == "repeat":
            kind = f"Collection({space}.Submissions.{_dotted(child)})"
            _element(into, "NavigationProperty", Name=child.odata, Type=kind)
        else:
            kind = f"{space}.{_dotted(child)}" if child.kind == "structure" else _TYPES.get(child.kind, _TEXT)
            _element(into, "Property", Name=child.odata, Type=kind)


def _dotted(node: Node) -> str:
    return ".".join(identifier(name) for name in node.path.split("/")[1:])


def _entity_type(schema: "etree._Element", name: str) -> "etree._Element":
    entity = _element(schema, "EntityType", Name=name)
    _element(_element(entity, "Key"), "PropertyRef", Name="__id")
    _element(
        entity, "Property", Name="__id", Type=_TEXT, Nullable="false"
    )  # a key may not be null (CSDL 6.5)
    return entity


def _container(schema: "etree._Element", code: str, space: str, names: Iterable[str]) -> None:
    container = _element(schema, "EntityContainer", Name=identifier(code))
    for name in names:
        table = _element(container, "EntitySet", Name=name, EntityType=f"{space}.{name}")
        level = f"{_CAPABILITIES}.ConformanceLevelType/Minimal"
        _element(table, "Annotation", Term=f"{_CAPABILITIES}.ConformanceLevel", EnumMember=level)
        _element(table, "Annotation", Term=f"{_CAPABILITIES}.BatchSupported", Bool="false")
        for term, word in (("CountRestrictions", "Countable"), ("ExpandRestrictions", "Expandable")):
            annotation = _element(table, "Annotation", Term=f"{_CAPABILITIES}.{term}")
            record = _element(annotation, "Record")
            _element(record, "PropertyValue", Property=word, Bool="true")


def _document() -> tuple["etree._Element", "etree._Element"]:
    edmx = etree.Element(f"{{{_EDMX}}}Edmx", {"Version": "4.0"}, nsmap={"edmx": _EDMX})
    return edmx, etree.SubElement(edmx, f"{{{_EDMX}}}DataServices")


def _schema(services: "etree._Element", namespace: str) -> "etree._Element":
    return etree.SubElement(services, f"{{{_EDM}}}Schema", {"Namespace": namespace}, nsmap={None: _EDM})  # type: ignore[dict-item]  # the stubs know of no default namespace


def _properties(into: "etree._Element", named: Iterable[tuple[str, str]]) -> None:
    for name, kind in named:
        _element(into, "Property", Name=name, Type=kind)


def _element(parent: "etree._Element", name: str, **attributes: str) -> "etree._Element":
    return etree.SubElement(parent, f"{{{_EDM}}}{name}", attributes)


def _written(edmx: "etree._Element") -> bytes:
    return etree.tostring(edmx, xml_declaration=True, encoding="UTF-8", pretty_print=True)
