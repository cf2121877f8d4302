"""XML from outside, read without what XML can do to its reader.

No document type declaration is accepted, so there are no entities to expand and nothing outside to fetch.
"""

from lxml import etree


class UnsafeXml(ValueError):
    """It is not XML, or XML that must not be read; `reason` is one of the words of this module."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def read_xml(data: bytes) -> "etree._Element":
    """The root of the document in `data`.

    Raises UnsafeXml: `not_xml` (with the parser's words), `doctype`.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXml("not_xml", str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("doctype")
    return root


def as_text(root: "etree._Element") -> str:
    """The document as a text, whatever bytes it came in."""
    return str(etree.tostring(root, encoding="unicode"))


def local_name(element: "etree._Element") -> str:
    """The element's name without its namespace; an empty text for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
