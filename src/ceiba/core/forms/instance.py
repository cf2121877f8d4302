"""The head of a submission: which form it is of, under which name it goes, what it replaces.

XForms of ODK put these into the root's attributes and into `meta`, whose namespace forms may or may not declare
(https://docs.getodk.org/openrosa-metadata/): names are compared without it. A form without `id` goes by the namespace
of its root.
"""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from ceiba.core.forms.safe_xml import UnsafeXml, local_name, read_xml

LENGTH_MAX: Final = 120
CODE_LENGTH_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class InstanceHead:
    """What must be known of a submission before it can be kept."""

    form_code: str
    form_version: str
    instance_id: str
    deprecated_id: str


def read_head(data: bytes) -> InstanceHead:
    """The head of the submission in `data`.

    Raises UnsafeXml as `read_xml` does, and `no_form_id`, `no_instance_id`, `too_long` (with the name of what is).
    """
    return head_of(read_xml(data))


def head_of(root: "etree._Element") -> InstanceHead:
    """The head of a submission that has been read. Raises UnsafeXml as `read_head`."""
    meta = _meta(root)
    head = InstanceHead(
        form_code=(root.get("id") or etree.QName(root).namespace or "").strip(),
        form_version=(root.get("version") or "").strip(),
        instance_id=meta.get("instanceID", "") or (root.get("instanceID") or "").strip(),
        deprecated_id=meta.get("deprecatedID", ""),
    )
    if not head.form_code:
        raise UnsafeXml("no_form_id")
    if not head.instance_id:
        raise UnsafeXml("no_instance_id")
    bounds = {"form_code": CODE_LENGTH_MAX, "form_version": CODE_LENGTH_MAX, "instance_id": LENGTH_MAX,
              "deprecated_id": LENGTH_MAX}  # fmt: skip
    for name, most in bounds.items():
        if len(getattr(head, name)) > most:
            raise UnsafeXml("too_long", name)
    return head


def _meta(root: "etree._Element") -> dict[str, str]:
    """The texts in `meta`, a child of the root, by their names; of several the first holds."""
    found: dict[str, str] = {}
    for child in root:
        tag = child.tag  # compared as it is before it is taken apart: there may be ten thousand of them
        if isinstance(tag, str) and tag.endswith("meta") and local_name(child) == "meta":
            for each in child:
                found.setdefault(local_name(each), (each.text or "").strip())
    return found
