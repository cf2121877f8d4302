"""A form's submissions as CSV files."""

import zipfile
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from ceiba.accounts.permissions import Action, SignedRequest
from ceiba.analysts.access import require_analyst
from ceiba.analysts.csv_tables import CsvTable, csv_rows, csv_tables, csv_text
from ceiba.analysts.odata.asked import asked
from ceiba.analysts.places import FormPlace, the_form
from ceiba.analysts.services import export_note
from ceiba.frames.walking import Condition
from ceiba.submissions.exporting import kept

_PIECE = 1 << 20


@require_analyst(Action.EXPORT_EVIDENCE)
def table_csv(request: SignedRequest, number: int, code: str) -> StreamingHttpResponse:
    """All submissions of a form, without the entries of its repeats."""
    place = the_form(request, number, code)
    condition = asked(request, place.reach.columns).condition
    table = csv_tables(place)[0]
    rows = (
        row
        for each in kept(place.reach, place.code, condition)
        for row in csv_rows(table, place, each, place.values(each.xml))
    )
    export_note(user=request.user, form=place.code)
    text = (piece for part in ((table.header(),), csv_text(table, rows)) for piece in part)
    headers = {"Content-Disposition": content_disposition_header(True, table.file) or ""}
    return StreamingHttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_analyst(Action.EXPORT_EVIDENCE)
def tables_zip(request: SignedRequest, number: int, code: str) -> FileResponse:
    """All submissions of a form and the entries of its repeats, a file each; without attachments."""
    place = the_form(request, number, code)
    condition = asked(request, place.reach.columns).condition
    export_note(user=request.user, form=place.code)
    archive = _archive(place, condition)
    return FileResponse(
        archive, as_attachment=True, filename=f"{place.code}.zip", content_type="application/zip"
    )


def _archive(place: FormPlace, condition: Condition) -> IO[bytes]:
    """The zip in a temporary file: each submission is read once, into as many files as the form has tables."""
    archive = TemporaryFile()  # noqa: SIM115  # the response closes it
    with ExitStack() as open_files:
        drafts: list[tuple[CsvTable, IO[bytes]]] = [
            (table, open_files.enter_context(TemporaryFile())) for table in csv_tables(place)
        ]
        for table, draft in drafts:
            draft.write(table.header().encode())
        _fill(drafts, place, condition)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for table, draft in drafts:
                draft.seek(0)
                with packed.open(table.file, "w") as entry:
                    while piece := draft.read(_PIECE):
                        entry.write(piece)
    archive.seek(0)
    return archive


def _fill(drafts: list[tuple[CsvTable, IO[bytes]]], place: FormPlace, condition: Condition) -> None:
    held: dict[str, list[tuple[str | None, ...]]] = {table.file: [] for table, _ in drafts}
    for n, each in enumerate(kept(place.reach, place.code, condition), 1):
        values = place.values(each.xml)
        for table, _ in drafts:
            held[table.file] += csv_rows(table, place, each, values)
        if n % 1_000 == 0:
            _flush(drafts, held)
    _flush(drafts, held)


def _flush(drafts: list[tuple[CsvTable, IO[bytes]]], held: dict[str, list[tuple[str | None, ...]]]) -> None:
    for table, draft in drafts:
        draft.writelines(text.encode() for text in csv_text(table, held[table.file]))
        held[table.file] = []
