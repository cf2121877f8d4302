"""Writes the register."""

from ceiba.registry.services.areas import areas_load
from ceiba.registry.services.contacts import Contact, participants_contact_set
from ceiba.registry.services.documents import required_documents_set
from ceiba.registry.services.enrolments import documents_missing, enrolment_move, enrolment_open
from ceiba.registry.services.exports import export_sheet
from ceiba.registry.services.imports import Preview, file_digest, import_apply, import_preview
from ceiba.registry.services.rows import row_put, rows_put

__all__ = [
    "Contact",
    "Preview",
    "areas_load",
    "documents_missing",
    "enrolment_move",
    "enrolment_open",
    "export_sheet",
    "file_digest",
    "import_apply",
    "import_preview",
    "participants_contact_set",
    "required_documents_set",
    "row_put",
    "rows_put",
]
