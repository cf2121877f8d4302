"""What the database must be asked about staged rows, sheet by sheet, besides their references.

Each check is one query over `import_staged` (s) and `import_resolved` (x) that gives rows of `PROBLEMS`. Checks
of `WARNINGS` do not stop a file.
"""

from collections.abc import Iterable
from typing import Final, LiteralString

import polars as pl

from ceiba.core.cells import PROBLEMS
from ceiba.core.kernel.errors import register_messages
from ceiba.frames.postgres import read_frame
from ceiba.registry.services.staging import Areas

register_messages(
    {
        "import.area_not_leaf": {
            "es": "«{text}» ({detail}) se divide en otras áreas. Escriba la del municipio.",
            "en": '"{text}" ({detail}) is divided into other areas. Write that of the municipality.',
        },
        "import.technician_kind": {
            "es": "«{text}» no es personal técnico de este tipo ({detail}). Revise las dos columnas.",
            "en": '"{text}" is not a technician of this kind ({detail}). Check both columns.',
        },
        "import.officer_not_member": {
            "es": "«{text}» no pertenece a la CAC «{detail}». Un cargo es de quien la integra.",
            "en": '"{text}" is not a member of the group "{detail}". Officers are members.',
        },
        "import.number_twice": {
            "es": "Aviso: el número de documento de «{text}» es también el de {detail}. "
            "Puede ser la misma persona dos veces.",
            "en": 'Note: the document number of "{text}" is also that of {detail}. '
            "It may be the same person twice.",
        },
        "import.document_unasked": {
            "es": "Aviso: ningún programa pide el documento «{text}». Los que se piden: {detail}.",
            "en": 'Note: no programme asks for the document "{text}". Asked for are: {detail}.',
        },
        "import.erased": {
            "es": "Los datos de «{text}» se borraron: el registro no vuelve a decir de esa persona. Si regresa, "
            "regístrela con una clave nueva.",
            "en": 'The data of "{text}" were erased: the register says nothing of them again. If they come back, '
            "register them under a new code.",
        },
        "enrolment.transition": {
            "es": "No se puede pasar de {detail}. Vea los cambios de estado permitidos.",
            "en": "It is not possible to go from {detail}. See the changes of state that are allowed.",
        },
        "enrolment.dates_fixed": {
            "es": "La fecha o causa no concuerda con lo registrado ({detail}); lo pasado no se corrige por archivo.",
            "en": "The date or cause does not agree with the register ({detail}); a file does not correct the past.",
        },
        "enrolment.since_backwards": {
            "es": "{text} es anterior al inicio del estado actual ({detail}).",
            "en": "{text} is before the present state began ({detail}).",
        },
        "enrolment.own_enrolment": {
            "es": "Usted dio de alta a «{text}»: la baja la decide otra persona.",
            "en": 'You enrolled "{text}": somebody else decides the exit.',
        },
        "enrolment.documents": {
            "es": "A «{text}» le faltan documentos obligatorios o están vencidos: {detail}. Regístrelos antes.",
            "en": 'Required documents of "{text}" are missing or have expired: {detail}. Add them first.',
        },
    }
)

_LEAF: Final[LiteralString] = """
    SELECT s.row, 'area' AS "column", 'import.area_not_leaf' AS code, s.area AS text, a.name AS detail
    FROM import_staged s JOIN registry_area a ON a.code = s.area
    WHERE EXISTS (SELECT FROM registry_area c WHERE c.parent_id = a.code)
"""
_KINDS: Final[LiteralString] = """
    SELECT s.row, v.name AS "column", 'import.technician_kind' AS code, v.code AS text, v.kind AS detail
    FROM import_staged s
    CROSS JOIN LATERAL (VALUES
        ('technician_productive', s.technician_productive, 'productive'),
        ('technician_social', s.technician_social, 'social')
    ) AS v (name, code, kind)
    JOIN registry_technician k ON k.code = v.code
    WHERE k.kind <> v.kind
"""
_MEMBERS: Final[LiteralString] = """
    SELECT s.row, 'participant' AS "column", 'import.officer_not_member' AS code, s.participant AS text,
        s."group" AS detail
    FROM import_staged s JOIN import_resolved x ON x.row = s.row
    JOIN registry_participant p ON p.id = x.participant_id
    WHERE x.group_id IS NOT NULL AND p.group_id IS DISTINCT FROM x.group_id
"""
_NUMBERS: Final[LiteralString] = """
    SELECT s.row, 'number' AS "column", 'import.number_twice' AS code, s.participant AS text,
        coalesce(min(o.code) FILTER (WHERE %(areas)s::text[] IS NULL
            OR EXISTS (SELECT FROM unnest(%(areas)s::text[]) a WHERE starts_with(o.area_id, a))), '…') AS detail
    FROM import_staged s
    JOIN (
        SELECT number_hash, participant FROM import_staged WHERE number_hash IS NOT NULL
        UNION
        SELECT d.number_hash, p.code FROM registry_document d JOIN registry_participant p ON p.id = d.participant_id
        WHERE d.number_hash IN (SELECT number_hash FROM import_staged)
    ) n ON n.number_hash = s.number_hash AND n.participant <> s.participant
    JOIN registry_participant o ON o.code = n.participant
    GROUP BY s.row, s.participant
"""
_UNASKED: Final[LiteralString] = """
    SELECT s.row, 'document' AS "column", 'import.document_unasked' AS code, s.document AS text,
        (SELECT string_agg(DISTINCT document, ', ' ORDER BY document) FROM registry_requireddocument) AS detail
    FROM import_staged s
    WHERE EXISTS (SELECT FROM registry_requireddocument)
        AND s.document NOT IN (SELECT document FROM registry_requireddocument)
"""
_TRANSITION: Final[LiteralString] = """
    SELECT s.row, 'state' AS "column", 'enrolment.transition' AS code, s.state AS text,
        x.was_state || ' → ' || x.state AS detail
    FROM import_staged s JOIN import_resolved x ON x.row = s.row
    WHERE x.state <> x.was_state AND NOT x.was_state || '>' || x.state = ANY (%(transitions)s::text[])
"""
_BACKWARDS: Final[LiteralString] = """
    SELECT s.row, 'state_since' AS "column", 'enrolment.since_backwards' AS code, s.state_since::text AS text,
        x.was_since::text AS detail
    FROM import_staged s JOIN import_resolved x ON x.row = s.row
    WHERE x.state <> x.was_state AND x.state_since < x.was_since
"""
# What a row of someone already enrolled must say: the dates that are there, or those its change of state makes.
_DATES: Final[LiteralString] = """
    SELECT s.row, v.name AS "column", 'enrolment.dates_fixed' AS code, v.said AS text,
        coalesce(nullif(v.due, ''), '∅') AS detail
    FROM import_staged s JOIN import_resolved x ON x.row = s.row
    CROSS JOIN LATERAL (VALUES
        ('applied_on', x.applied_on::text,
            CASE WHEN x.was_state = 'exited' AND x.state = 'applied' THEN x.state_since
                ELSE x.was_applied_on END::text),
        ('active_on', x.active_on::text,
            CASE WHEN x.was_state IN ('applied', 'waiting') AND x.state = 'active' THEN x.state_since
                WHEN x.was_state = 'exited' AND x.state = 'applied' THEN NULL ELSE x.was_active_on END::text),
        ('state_since', x.state_since::text,
            CASE WHEN x.state = x.was_state THEN x.was_since ELSE x.state_since END::text),
        ('cause', x.cause, CASE WHEN x.state = x.was_state THEN x.was_cause ELSE x.cause END)
    ) AS v (name, said, due)
    WHERE NOT x.is_new AND v.said IS DISTINCT FROM v.due
"""
_OWN: Final[LiteralString] = """
    SELECT s.row, 'state' AS "column", 'enrolment.own_enrolment' AS code, s.participant AS text, NULL AS detail
    FROM import_staged s JOIN import_resolved x ON x.row = s.row
    WHERE x.state <> x.was_state AND x.state = 'exited' AND EXISTS (
        SELECT FROM registry_enrolmentspan p WHERE p.enrolment_id = x.present_id
            AND p.state IN ('applied', 'active') AND p.recorded_by_id = %(actor)s
    )
"""
_DOCUMENTS: Final[LiteralString] = """
    WITH asked AS (
        SELECT row, participant_id, programme_id::text, state::text, state_since AS day FROM import_resolved
        WHERE is_new OR state <> was_state
        UNION ALL
        SELECT row, participant_id, programme_id::text, 'active', active_on FROM import_resolved
        WHERE is_new AND active_on IS NOT NULL AND NOT (state = 'active' AND active_on = state_since)
    ), lists AS (
        SELECT array_agg(participant_id) AS a, array_agg(programme_id) AS b, array_agg(state) AS c,
            array_agg(day) AS d
        FROM asked
    ), missing AS (
        SELECT m.* FROM lists, ceiba_documents_missing(lists.a, lists.b, lists.c, lists.d) AS m
    )
    SELECT s.row, 'state' AS "column", 'enrolment.documents' AS code, s.participant AS text,
        string_agg(DISTINCT m.document, ', ' ORDER BY m.document) AS detail
    FROM missing m
    JOIN import_resolved x ON x.participant_id = m.participant_id AND x.programme_id = m.programme_id
    JOIN import_staged s ON s.row = x.row
    GROUP BY s.row, s.participant
"""

_ERASED_SELF: Final[LiteralString] = """
    SELECT s.row, 'code' AS "column", 'import.erased' AS code, s.code AS text, NULL AS detail
    FROM import_staged s JOIN registry_participant p ON p.code = s.code WHERE p.erased_at IS NOT NULL
"""
_ERASED: Final[LiteralString] = """
    SELECT s.row, 'participant' AS "column", 'import.erased' AS code, s.participant AS text, NULL AS detail
    FROM import_staged s JOIN registry_participant p ON p.code = s.participant WHERE p.erased_at IS NOT NULL
"""

ERRORS: Final[dict[str, tuple[LiteralString, ...]]] = {
    "groups": (_LEAF, _KINDS),
    "participants": (_LEAF, _ERASED_SELF),
    "documents": (_ERASED,),
    "officers": (_MEMBERS, _ERASED),
    "plots": (_LEAF, _ERASED),
    "enrolments": (_ERASED, _TRANSITION, _BACKWARDS, _DATES, _OWN, _DOCUMENTS),
}
WARNINGS: Final[dict[str, tuple[LiteralString, ...]]] = {"documents": (_NUMBERS, _UNASKED)}


def check_staged(sheet: str, *, areas: Areas, actor: int | None, transitions: list[str]) -> pl.DataFrame:
    """What the database finds wrong in the staged rows of a sheet (`PROBLEMS`)."""
    return _asked(ERRORS.get(sheet, ()), {"areas": areas, "actor": actor, "transitions": transitions})


def doubt_staged(sheet: str, *, areas: Areas) -> pl.DataFrame:
    """What the sender should look at and may still send (`PROBLEMS`)."""
    return _asked(WARNINGS.get(sheet, ()), {"areas": areas})


def _asked(queries: Iterable[LiteralString], params: dict[str, object]) -> pl.DataFrame:
    return pl.concat([PROBLEMS.empty(), *(read_frame(query, params, PROBLEMS) for query in queries)])
