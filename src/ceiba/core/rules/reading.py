"""A programme's folder of TOML as a `Rulebook`, or everything that is wrong with it.

The folder holds `programme.toml` (identity, calendar, staffing, variance, documents, components of support),
`parameters.toml` (dated numbers), `rules.toml` and, where a programme has a pathway, `pathway.toml`. Reading checks
the form: types, words, months, coverage. Whether the rules make sense together is for `ceiba.core.checking`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, TypeVar

from ceiba.core.facts import FACTS, STAGES
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.plain import folder_digest
from ceiba.core.register import TENURES
from ceiba.core.rules.rulebook import (
    CALENDAR,
    CONSEQUENCES,
    EXCUSE,
    RECIPIENTS,
    STAFFING,
    UNITS,
    VARIANCE,
    VARIES_BY,
    VERDICTS,
    Case,
    Component,
    Dated,
    Parameter,
    PathwayStage,
    RequiredDocument,
    Rule,
    Rulebook,
    Setting,
    Text,
)
from ceiba.core.rules.tables import Table, close_to, parse_toml, shown

register_messages(
    {
        "reading.file_missing": {
            "es": "falta este archivo en la carpeta del programa.",
            "en": "this file is missing from the programme's folder.",
        },
        "reading.file_unknown": {
            "es": "no se espera este archivo. ¿Quiso decir: {close}?",
            "en": "this file is not expected. Did you mean: {close}?",
        },
        "reading.too_large": {
            "es": "pasa de {most} bytes; divida los textos o quite lo que sobre.",
            "en": "is larger than {most} bytes; shorten its texts or take out what is not needed.",
        },
        "reading.twice": {
            "es": "«{id}» está dos veces; cada identificador es de una sola cosa.",
            "en": '"{id}" is there twice; each identifier is of one thing only.',
        },
        "reading.overlap": {
            "es": "«{id}» vale dos veces en {month}: termine una versión antes de que empiece la siguiente.",
            "en": '"{id}" holds twice in {month}: end one version before the next begins.',
        },
        "reading.stage_changes": {
            "es": "«{id}» es de la etapa {found} y antes de {first}; use otro identificador.",
            "en": '"{id}" is of stage {found} and before of {first}; use another identifier.',
        },
        "reading.stage_after": {
            "es": "«{found}» no es una etapa escrita antes que esta. ¿Quiso decir: {close}?",
            "en": '"{found}" is no stage that is written before this one. Did you mean: {close}?',
        },
        "reading.stage_rule": {
            "es": "«{found}» no es una regla de la etapa «pathway». ¿Quiso decir: {close}?",
            "en": '"{found}" is no rule of the stage "pathway". Did you mean: {close}?',
        },
        "reading.excuse_changes": {
            "es": "«{id}» justifica meses en una versión y en otra no; use otro identificador.",
            "en": '"{id}" excuses months in one version and not in another; use another identifier.',
        },
        "reading.value_or_by": {
            "es": "escriba «value» o bien «by» con «values», y no ambos.",
            "en": 'write either "value", or "by" with "values", and not both.',
        },
        "reading.values_differ": {
            "es": "faltan valores para: {missing}. Sobran: {surplus}.",
            "en": "values are missing for: {missing}. There are too many: {surplus}.",
        },
        "reading.name_taken": {
            "es": "«{id}» es el nombre de un hecho; dé otro al parámetro.",
            "en": '"{id}" is the name of a fact; give the parameter another.',
        },
        "reading.id_reserved": {
            "es": "«{id}» empieza por «amount.», reservado a los montos.",
            "en": '"{id}" begins with "amount.", reserved for amounts.',
        },
        "reading.fact": {
            "es": "es «{found}»; un hecho es un número entero, un código entre comillas, true o false.",
            "en": 'is "{found}"; a fact is a whole number, a code between quotes, true or false.',
        },
        "reading.expect": {
            "es": "debe decir qué se espera: {wanted}.",
            "en": "must say what is expected: {wanted}.",
        },
    }
)

PROGRAMME_FILE: Final = "programme.toml"
PARAMETERS_FILE: Final = "parameters.toml"
RULES_FILE: Final = "rules.toml"
PATHWAY_FILE: Final = "pathway.toml"
FILES: Final = (PROGRAMME_FILE, PARAMETERS_FILE, RULES_FILE, PATHWAY_FILE)
FILE_BYTES_MAX: Final = 256 * 1024

_WORD: Final = r"[a-z][a-z0-9_]*"
_DOTTED: Final = rf"{_WORD}(\.{_WORD})*"
_ID_MAX, _COMPONENT_MAX, _CODE_MAX = 60, 40, 16

T = TypeVar("T")
D = TypeVar("D", bound=Dated)


def read_rulebook(files: Mapping[str, bytes]) -> Rulebook:
    """The rulebook that `files` (name -> bytes) hold.

    Raises CeibaError (reading.*, toml.*, table.*) with every problem found, placed by file, rule or item, and key.
    """
    problems: list[Problem] = []
    tables = {name: _document(name, files, problems) for name in FILES}
    for name in files:
        if name not in FILES:
            values = {"close": close_to(name, FILES)}
            problems.append(Problem("reading.file_unknown", Where(file=name), values))
    if problems:
        raise CeibaError(problems)
    places = _Places.of(tables[PROGRAMME_FILE])
    head = _head(tables[PROGRAMME_FILE], places)
    components = _each(tables[PROGRAMME_FILE], "component", "id", _component)
    parameters = _each(tables[PARAMETERS_FILE], "parameter", "name", lambda table: _parameter(table, places))
    rules = _each(tables[RULES_FILE], "rule", "id", _rule)
    pathway = _each(tables[PATHWAY_FILE], "stage", "id", _stage, required=False)
    for table in tables.values():
        table.done()
    problems += _overlaps(PARAMETERS_FILE, [(p.name, p) for p in parameters])
    problems += _overlaps(RULES_FILE, [(r.id, r) for r in rules]) + _stage_changes(rules)
    problems += _excuse_changes(rules)
    problems += _overlaps(PROGRAMME_FILE, [(c.id, c) for c in components])
    problems += _twice(PATHWAY_FILE, [s.id for s in pathway]) + _stage_problems(pathway, rules)
    problems += _twice(PROGRAMME_FILE, [d.id for d in head["documents"]])
    if problems:
        raise CeibaError(problems)
    return Rulebook(
        **head,
        parameters=tuple(parameters),
        rules=tuple(rules),
        components=tuple(components),
        pathway=tuple(pathway),
        digest=folder_digest(files),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """What parameters may vary by, and its values."""

    country: tuple[str, ...]
    variant: tuple[str, ...]

    @classmethod
    def of(cls, programme: Table) -> "_Places":
        countries, variants = programme.data.get("countries"), programme.data.get("variants")
        listed = [c for c in countries if isinstance(c, str)] if isinstance(countries, list) else []
        return cls(tuple(listed), tuple(variants) if isinstance(variants, dict) else ())


def _document(name: str, files: Mapping[str, bytes], problems: list[Problem]) -> Table:
    where = Where(file=name)
    data: dict[str, Any] = {}
    if name not in files:
        if name != PATHWAY_FILE:
            problems.append(Problem("reading.file_missing", where))
    elif len(files[name]) > FILE_BYTES_MAX:
        problems.append(Problem("reading.too_large", where, {"most": FILE_BYTES_MAX}))
    else:
        try:
            data = parse_toml(files[name], where)
        except CeibaError as error:
            problems.extend(error.problems)
    return Table(data, where, problems)


def _each(document: Table, key: str, name: str, read: Callable[[Table], T], required: bool = True) -> list[T]:
    """The items of a list of tables, each placed by its id (or its number); those in which nothing is wrong."""
    items = []
    for number, item in enumerate(document.items(key, required), 1):
        known = item.get(name) if isinstance(item, dict) else None
        named = known if isinstance(known, str) and known.strip() else f"{key}[{number}]"
        where = _place(str(document.where.file), named[:_ID_MAX])
        if not isinstance(item, dict):
            document.problems.append(Problem("table.not_table", where))
            continue
        before = len(document.problems)
        table = Table(item, where, document.problems)
        value = read(table)
        table.done()
        if len(document.problems) == before:
            items.append(value)
    return items


def _head(table: Table, places: _Places) -> dict[str, Any]:
    """The fields of `Rulebook` that `programme.toml` gives, but for its components."""
    bases: dict[str, str] = {}
    return {
        "code": table.matching("code", _WORD, "ca", _CODE_MAX),
        "currency": table.one_of("currency", MINOR_DIGITS),
        "name": table.texts("name"),
        "summary": table.texts("summary"),
        "countries": _countries(table),
        "variants": _variants(table),
        "calendar": _settings(table, "calendar", CALENDAR, bases),
        "staffing": _settings(table, "staffing", STAFFING, bases),
        "variance": _settings(table, "variance", VARIANCE, bases, required=False),
        "documents": tuple(_each(table, "document", "id", lambda item: _required_document(item, places))),
        "bases": bases,
    }


def _countries(table: Table) -> tuple[str, ...]:
    countries = table.some_of("countries", None)
    for country in countries:
        if country and not (
            len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
        ):
            table.note("table.malformed", "countries", found=country[:40], wanted="GT")
    return countries


def _variants(table: Table) -> Mapping[str, Text]:
    variants = table.table("variants")
    if variants is None:
        return {}
    if not variants.data:
        table.note("table.empty", "variants")
    return {code: variants.texts(code) for code in variants.data}


def _settings(
    table: Table, key: str, settings: Mapping[str, Setting], bases: dict[str, str], *, required: bool = True
) -> dict[str, int]:
    """Numbers that each say where they are laid down: `pay_day = { value = 10, basis = "…" }`."""
    outer = table.table(key, required)
    if outer is None:
        return {}
    values = {}
    for name, setting in settings.items():
        inner = outer.table(name, setting.required)
        if inner is not None:
            values[name] = inner.integer("value", setting.low, setting.high)
            bases[name] = inner.basis()
            inner.done()
    outer.done()
    return values


def _required_document(table: Table, places: _Places) -> RequiredDocument:
    return RequiredDocument(
        id=table.matching("id", _WORD, "identity_document", _COMPONENT_MAX),
        name=table.texts("name"),
        tenures=table.some_of("tenures", TENURES, required=False),
        countries=table.some_of("countries", places.country, required=False),
        basis=table.basis(),
    )


def _parameter(table: Table, places: _Places) -> Parameter:
    name = table.matching("name", _WORD, "plan_percent_min", _ID_MAX)
    if name in FACTS:
        table.note("reading.name_taken", "name", id=name)
    by, values, value = None, {}, None
    if ("value" in table.data) == ("by" in table.data) or ("by" in table.data) != ("values" in table.data):
        table.note("reading.value_or_by", "value")
        table.known += ["value", "by", "values"]
    elif "value" in table.data:
        value = table.integer("value")
    else:
        by = table.one_of("by", VARIES_BY)
        values = _values(table, places.country if by == "country" else places.variant)
    valid_from, valid_until = table.validity()
    return Parameter(
        name=name,
        unit=table.one_of("unit", UNITS),
        meaning=table.texts("meaning"),
        basis=table.basis(),
        valid_from=valid_from,
        valid_until=valid_until,
        value=value,
        by=by,
        values=values,
    )


def _values(table: Table, wanted: Collection[str]) -> dict[str, int]:
    given = table.table("values")
    if given is None:
        return {}
    missing, surplus = set(wanted) - set(given.data), set(given.data) - set(wanted)
    if wanted and (missing or surplus):  # nothing to go by when the programme lists none
        texts = {"missing": ", ".join(sorted(missing)) or "—", "surplus": ", ".join(sorted(surplus)) or "—"}
        table.note("reading.values_differ", "values", **texts)
    return {key: given.integer(key) for key in given.data}


def _rule(table: Table) -> Rule:
    rule_id = table.matching("id", _DOTTED, "work.plan", _ID_MAX)
    if rule_id.startswith("amount."):
        table.note("reading.id_reserved", "id", id=rule_id)
    valid_from, valid_until = table.validity()
    return Rule(
        id=rule_id,
        stage=table.one_of("stage", STAGES),
        require=table.text("require"),
        otherwise=table.one_of("otherwise", CONSEQUENCES),
        basis=table.basis(),
        title=table.texts("title"),
        message=table.texts("message"),
        unknown=table.texts("unknown"),
        valid_from=valid_from,
        valid_until=valid_until,
        cases=_cases(table, VERDICTS),
    )


def _component(table: Table) -> Component:
    valid_from, valid_until = table.validity()
    return Component(
        id=table.matching("id", _WORD, "support", _COMPONENT_MAX),
        name=table.texts("name"),
        amount=table.text("amount"),
        to=table.one_of("to", RECIPIENTS),
        basis=table.basis(),
        valid_from=valid_from,
        valid_until=valid_until,
        cases=_cases(table, ("unknown",), amounts=True),
    )


def _cases(table: Table, words: Collection[str], amounts: bool = False) -> tuple[Case, ...]:
    """Worked cases: facts by name, `expect` (one of `words`, or an amount), and `month` for a case of one month."""
    cases = []
    for case in table.tables("cases"):
        expect = case.get("expect")
        if expect is not None and expect not in words and not (amounts and type(expect) is int):
            wanted = ", ".join([*words, "25000"] if amounts else words)
            case.note("reading.expect", "expect", wanted=wanted)
        facts = {name: value for name, value in case.data.items() if name not in ("expect", "month")}
        for name, value in facts.items():
            if type(value) not in (int, str, bool):
                case.note("reading.fact", name, found=shown(value))
        cases.append(Case(facts, expect, case.month("month", required=False)))
    return tuple(cases)


def _stage(table: Table) -> PathwayStage:
    return PathwayStage(
        id=table.matching("id", _WORD, "record", _COMPONENT_MAX),
        name=table.texts("name"),
        text=table.texts("text"),
        months=table.integer("months", 1, 600) if "months" in table.data else None,
        proposal=table.truth("proposal"),
        basis=table.basis(),
        rules=table.some_of("rules", None, required=False),
        after=table.matching("after", _WORD, "record", _COMPONENT_MAX) if "after" in table.data else None,
        since=table.month("since", required=False),
        decides=table.texts("decides") if "decides" in table.data else None,
        months_a_year=_optional(table, "months_a_year", 12),
        years=_optional(table, "years", 100),
        places_a_year=_optional(table, "places_a_year", 10_000_000),
    )


def _optional(table: Table, key: str, most: int) -> int | None:
    return table.integer(key, 1, most) if key in table.data else None


def _stage_problems(pathway: Iterable[PathwayStage], rules: Iterable[Rule]) -> list[Problem]:
    """Stages after one that is not written before them (none is before itself); rules that are none of theirs."""
    known = list(dict.fromkeys(rule.id for rule in rules if rule.stage == "pathway"))
    problems: list[Problem] = []
    before: list[str] = []
    for stage in pathway:
        where = _place(PATHWAY_FILE, stage.id)
        if stage.after is not None and stage.after not in before:
            values = {"found": stage.after, "close": close_to(stage.after, before)}
            problems.append(Problem("reading.stage_after", replace(where, column="after"), values))
        problems += [
            Problem(
                "reading.stage_rule",
                replace(where, column="rules"),
                {"found": rule, "close": close_to(rule, known)},
            )
            for rule in stage.rules
            if rule not in known
        ]
        before.append(stage.id)
    return problems


def _overlaps(file: str, items: Iterable[tuple[str, Dated]]) -> list[Problem]:
    """Versions of one id that hold in the same month."""
    problems = []
    versions: dict[str, list[Dated]] = {}
    for name, item in items:
        versions.setdefault(name, []).append(item)
    for name, dated in versions.items():
        dated.sort(key=lambda item: item.valid_from)
        for before, after in pairwise(dated):
            if before.valid_until is None or after.valid_from <= before.valid_until:
                values = {"id": name, "month": after.valid_from}
                where = _place(file, name, "valid_from")
                problems.append(Problem("reading.overlap", where, values))
    return problems


def _excuse_changes(rules: Iterable[Rule]) -> list[Problem]:
    """A reason that excuses a month does so in every version, so that a record can be told from its reasons alone."""
    first: dict[str, bool] = {}
    return [
        Problem("reading.excuse_changes", _place(RULES_FILE, rule.id, "otherwise"), {"id": rule.id})
        for rule in rules
        if first.setdefault(rule.id, rule.otherwise == EXCUSE) != (rule.otherwise == EXCUSE)
    ]


def _stage_changes(rules: Iterable[Rule]) -> list[Problem]:
    """An id means one thing in reasons and statistics, so its versions are of one stage."""
    first: dict[str, str] = {}
    return [
        Problem(
            "reading.stage_changes",
            _place(RULES_FILE, rule.id, "stage"),
            {"id": rule.id, "found": rule.stage, "first": first[rule.id]},
        )
        for rule in rules
        if first.setdefault(rule.id, rule.stage) != rule.stage
    ]


def _twice(file: str, ids: list[str]) -> list[Problem]:
    repeated = [name for name in dict.fromkeys(ids) if ids.count(name) > 1]
    return [Problem("reading.twice", _place(file, name), {"id": name}) for name in repeated]


def _place(file: str, name: str, column: str | None = None) -> Where:
    """The place of a rule, or of another thing by its id."""
    if file == RULES_FILE:
        return Where(file=file, rule=name, column=column)
    return Where(file=file, item=name, column=column)
