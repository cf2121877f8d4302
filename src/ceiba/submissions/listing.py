"""OpenRosa's lists as XML: the forms there are, and what each needs beside it.

https://docs.getodk.org/openrosa-form-list/ and https://docs.getodk.org/openrosa-form-manifest/; entity lists as
getodk/collect reads them: `type="entityList"` and an integrityUrl.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

_LIST: Final = "http://openrosa.org/xforms/xformsList"
_MANIFEST: Final = "http://openrosa.org/xforms/xformsManifest"


def form_list(forms: Iterable[Mapping[str, str]]) -> bytes:
    """The list of forms; each says formID, name, version, hash, downloadUrl and, if it needs files, manifestUrl."""
    root = etree.Element(f"{{{_LIST}}}xforms", nsmap=_default(_LIST))
    for form in forms:
        _filled(root, "xform", form)
    return _bytes(root)


def manifest(files: Iterable[Mapping[str, str]]) -> bytes:
    """What a form needs; each says filename, hash, downloadUrl and, of an entity list, integrityUrl."""
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap=_default(_MANIFEST))
    for file in files:
        element = _filled(root, "mediaFile", file)
        if "integrityUrl" in file:
            element.set("type", "entityList")
    return _bytes(root)


def _default(namespace: str) -> dict[Any, str]:
    """The namespace without a prefix: phones' readers go by names alone."""
    return {None: namespace}


def _filled(root: "etree._Element", name: str, texts: Mapping[str, str]) -> "etree._Element":
    namespace = etree.QName(root).namespace
    element = etree.SubElement(root, f"{{{namespace}}}{name}")
    for tag, text in texts.items():
        etree.SubElement(element, f"{{{namespace}}}{tag}").text = text
    return element


def _bytes(root: "etree._Element") -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
