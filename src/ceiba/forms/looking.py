"""What publishing an XLSForm would do, looked at before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ceiba.core.entities import LISTS, OTHER_LISTS
from ceiba.core.form_effects import Effect, form_effects
from ceiba.core.forms.changes import QuestionChange, given_changes, question_changes
from ceiba.core.forms.definition import ITEMSETS, FormDefinition
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.forms.compiling import Compiled, in_file, xlsform_compile
from ceiba.forms.models import Form, FormVersion
from ceiba.forms.selectors import current_versions, definition_of, given_by_others, versions_of
from ceiba.rulebook.selectors import latest_version, rulebook_of

LIST_SUFFIXES: Final = (".csv", ".geojson")

register_messages(
    {
        "form.of_other_programme": {
            "es": "El formulario «{code}» es del programa {programme}. Use otra clave form_id.",
            "en": 'The form "{code}" is of the programme {programme}. Use another form_id.',
        },
        "form.version_known": {
            "es": "La versión «{version}» de «{code}» ya se publicó y dice otra cosa. Lo publicado no cambia: "
            "escriba una versión nueva en la hoja settings.",
            "en": 'Version "{version}" of "{code}" has been published and says something else. What is published '
            "does not change: write a new version on the sheet settings.",
        },
        "form.file_missing": {
            "es": "El formulario usa «{name}» y el archivo no viene. Envíelo junto con el formulario.",
            "en": 'The form uses "{name}" and the file does not come with it. Send it along with the form.',
        },
        "form.file_surplus": {
            "es": "El archivo «{name}» no lo usa el formulario. No lo envíe.",
            "en": 'The file "{name}" is not used by the form. Do not send it.',
        },
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """An XLSForm that could be published: compiled, and set against the version that phones have now.

    `before` is None for a new form. `again`: exactly this was published before, as that version.
    """

    compiled: Compiled
    before: FormVersion | None
    again: FormVersion | None
    questions: tuple[QuestionChange, ...]
    effects: tuple[Effect, ...]

    @property
    def definition(self) -> FormDefinition:
        """The form as data."""
        return self.compiled.definition


def form_look(
    *, programme: str, name: str, data: bytes, files: Mapping[str, bytes], now: datetime, apart: bool = True
) -> Look:
    """Compile the XLSForm `data`, called `name`, with the `files` it needs, and compare. Nothing is written.

    `apart` is as for `xlsform_compile`.
    Raises CeibaError with everything that stands against publishing it (form.*, xlsform.*, rulebook.none).
    """
    rulebook = rulebook_of(latest_version(programme))
    compiled = xlsform_compile(name=name, data=data, apart=apart)
    definition = compiled.definition
    form = Form.objects.filter(code=definition.code).first()
    versions = versions_of(definition.code)
    same = next((v for v in versions if v.version == definition.version), None)
    problems = [
        *_form_problems(form, programme, definition, same, compiled),
        *_file_problems(compiled, files, _lists(definition)),
    ]
    if problems:
        raise CeibaError(in_file(problem, name) for problem in problems)
    before = definition_of(versions[0]) if versions else None
    return Look(
        compiled=compiled,
        before=versions[0] if versions else None,
        again=same,
        questions=question_changes(before, definition),
        effects=form_effects(
            given_changes(before, definition),
            given_by_others(programme, definition.code),
            rulebook,
            Month.of(now.date()),
        ),
    )


def _form_problems(
    form: Form | None,
    programme: str,
    definition: FormDefinition,
    same: FormVersion | None,
    compiled: Compiled,
) -> list[Problem]:
    values = {"code": definition.code, "version": definition.version}
    if form is not None and form.programme_id != programme:
        where = Where(item="settings", column="form_id")
        return [Problem("form.of_other_programme", where, values | {"programme": form.programme_id})]
    if same is not None and bytes(same.xform) != compiled.xform:
        return [Problem("form.version_known", Where(item="settings", column="version"), values)]
    return []


def _lists(definition: FormDefinition) -> set[str]:
    """Lists that phones get without anybody sending them: of the register, of entities, of the form's own sheet."""
    forms = [definition, *(definition_of(version) for version in current_versions())]
    return {
        *LISTS,
        *OTHER_LISTS,
        ITEMSETS.removesuffix(".csv"),
        *(entity.dataset for form in forms for entity in form.entities),
    }


def _file_problems(compiled: Compiled, files: Mapping[str, bytes], lists: set[str]) -> list[Problem]:
    """Pictures, sounds and lists that the form uses and nobody has or sent, and files that it does not use."""
    media = compiled.definition.media
    known = {f"{name}{suffix}" for name in lists for suffix in LIST_SUFFIXES}
    missing = [name for name in media if name not in files and name not in known]
    surplus = [name for name in files if name not in media]
    return [
        *(Problem("form.file_missing", values={"name": name}) for name in missing),
        *(Problem("form.file_surplus", values={"name": name}) for name in surplus),
    ]
