"""Who pays, from a TOML file: entered in the name of one person and confirmed in the name of another.

What is there already stays as it is, so that a file can be loaded again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.rules.tables import Table, parse_toml
from ceiba.funding import services
from ceiba.funding.models import Commitment, Disbursement, Division, Entry, Funder, Instalment, Organisation
from ceiba.funding.selectors import agreement_of, live, standing
from ceiba.ledger.services import bank_account_open
from ceiba.rulebook.models import Programme

register_messages(
    {
        "funding_file.not_day": {
            "es": "debe ser un día sin comillas, como 2026-03-31; es «{found}».",
            "en": 'must be a day without quotes, as 2026-03-31; it is "{found}".',
        },
        "funding_file.funder": {
            "es": "no hay un financiador «{name}»; póngalo antes en [[funder]].",
            "en": 'there is no funder "{name}"; put it before, in [[funder]].',
        },
        "funding_file.agreement": {
            "es": "no hay un convenio «{name}»; póngalo antes en [[agreement]].",
            "en": 'there is no agreement "{name}"; put it before, in [[agreement]].',
        },
    }
)

_CODE: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{1,31}"
_CODE_LIKE: Final = "US-2024"


@dataclass(slots=True)
class Loading:
    """A file being loaded; `counts` says how many entries of each kind were made."""

    programme: Programme
    entered_by: User
    confirmed_by: User
    now: datetime
    counts: dict[str, int] = field(default_factory=dict)

    def made(self, kind: str, entry: Entry) -> None:
        """Confirm what was entered."""
        services.entry_decide(entry=entry, accepted=True, by=self.confirmed_by, now=self.now)
        self.counts[kind] = self.counts.get(kind, 0) + 1

    @property
    def by(self) -> dict[str, Any]:
        """Who enters it, and when, as the services take it."""
        return {"by": self.entered_by, "now": self.now}


def funding_load(
    *, path: Path, programme: Programme, entered_by: User, confirmed_by: User, now: datetime
) -> dict[str, int]:
    """Load the file into a programme: all of it or nothing. Returns how many entries of each kind were made.

    Raises CeibaError (toml.*, table.*, funding_file.*, funding.*), placed by file and key.
    """
    problems: list[Problem] = []
    where = Where(file=path.name)
    document = Table(parse_toml(path.read_bytes(), where), where, problems)
    document.basis()
    loading = Loading(programme, entered_by, confirmed_by, now)
    with transaction.atomic():
        for kind, load in _LOADED.items():
            for table in document.tables(kind, required=False):
                _one(table, load, loading)
        document.done()
        if problems:
            raise CeibaError(problems)
    return loading.counts


def _one(table: Table, load: Callable[[Table, Loading], None], loading: Loading) -> None:
    """Load a table, unless it cannot be read; what the services say is placed at it."""
    try:
        with transaction.atomic():
            load(table, loading)
    except CeibaError as error:
        for problem in error.problems:
            table.note(problem.code, problem.where.column or "", **problem.values)
    table.done()


def _values(table: Table, read: Callable[[Table], dict[str, Any]]) -> dict[str, Any]:
    """What `read` reads. Raises CeibaError when it cannot be read."""
    before = len(table.problems)
    values = read(table)
    if len(table.problems) > before:
        raise _Unread
    return values


class _Unread(CeibaError):
    """A table of which the problems are noted already."""

    def __init__(self) -> None:
        super().__init__(())


def _bank_account(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "code": t.matching("code", _CODE, _CODE_LIKE, 32),
            "holder": t.text("holder", most=140),
            "scheme": t.text("scheme", most=8),
            "number": t.text("number", most=34),
            "bank": t.text("bank", required=False, most=16),
            "rail": t.text("rail", most=24),
        },
    )
    currency = loading.programme.currency
    bank_account_open(
        programme=loading.programme.pk, values=values | {"currency": currency}, by=loading.entered_by
    )


def _funder(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "code": t.matching("code", _CODE, _CODE_LIKE, 32),
            "country": t.matching("country", "[A-Z]{2}", "US", 2),
            "reference": t.text("reference", most=64),
            "kind": t.one_of("kind", Organisation.values),
            **_texts(t, "name"),
        },
    )
    if not live(Funder, code=values["code"]):
        loading.made("funder", services.funder_enter(values=values, **loading.by))


def _agreement(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "code": t.matching("code", _CODE, _CODE_LIKE, 32),
            "funder": t.text("funder"),
            "valid_from": _day(t, "valid_from"),
            "valid_until": _day(t, "valid_until", required=False),
            "provider_activity": t.text("provider_activity", required=False, most=100),
            "receiver_activity": t.text("receiver_activity", required=False, most=100),
            **_texts(t, "title"),
            **_texts(t, "conditions"),
        },
    )
    if agreement_of(values["code"]) is not None:
        return
    funder = standing(Funder).filter(code=values["funder"]).first()
    if funder is None:
        raise CeibaError(Problem("funding_file.funder", Where(column="funder"), {"name": values["funder"]}))
    values |= {"funder": funder, "programme": loading.programme, "currency": loading.programme.currency}
    loading.made("agreement", services.agreement_enter(values=values, **loading.by))


def _commitment(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "agreement": t.text("agreement"),
            "amount_minor": t.integer("amount_minor", 1),
            "dated": _day(t, "dated"),
            "document": t.text("document", most=300),
            "sentence": t.text("sentence"),
            "sentence_language": t.text("sentence_language", most=8),
        },
    )
    values["agreement"] = _agreement_named(values["agreement"])
    code = values["agreement"].code
    if not live(Commitment, agreement__code=code, dated=values["dated"], sentence=values["sentence"]):
        loading.made("commitment", services.commitment_enter(values=values, **loading.by))


def _instalment(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "agreement": t.text("agreement"),
            "amount_minor": t.integer("amount_minor", 1),
            "due_from": _day(t, "due_from"),
            "due_until": _day(t, "due_until"),
            "document": t.text("document", most=300),
        },
    )
    values["agreement"] = _agreement_named(values["agreement"])
    if not live(Instalment, agreement__code=values["agreement"].code, due_from=values["due_from"]):
        loading.made("instalment", services.instalment_enter(values=values, **loading.by))


def _disbursement(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "agreement": t.text("agreement"),
            "amount_minor": t.integer("amount_minor", 1),
            "value_date": _day(t, "value_date"),
            "bank_account": t.text("bank_account", most=32),
            "reference": t.text("reference", most=64),
        },
    )
    values["agreement"] = _agreement_named(values["agreement"])
    if not live(Disbursement, bank_account=values["bank_account"], reference=values["reference"]):
        loading.made("disbursement", services.disbursement_enter(values=values, **loading.by))


def _division(table: Table, loading: Loading) -> None:
    values = _values(
        table,
        lambda t: {
            "area": t.text("area", required=False, most=16),
            "variant": t.text("variant", required=False, most=24),
            "component": t.text("component", required=False, most=40),
            "from_month": _month(t, "from_month"),
            "until_month": _month(t, "until_month", required=False),
            "shares": _shares(t),
        },
    )
    shares = values.pop("shares")
    values["programme"] = loading.programme
    same = {name: values[name] for name in ("programme", "area", "variant", "component", "from_month")}
    if not live(Division, **same):
        made = services.division_enter(values=values, shares=shares, **loading.by)
        loading.made("division", made)


def _texts(table: Table, key: str) -> dict[str, str]:
    return {f"{key}_{language}": text for language, text in table.texts(key).items()}


def _shares(table: Table) -> list[tuple[str, int]]:
    inner = table.table("shares")
    if inner is None:
        return []
    found = [(code, inner.integer(code, 1, 1_000)) for code in list(inner.data)]
    inner.done()
    return found


def _day(table: Table, key: str, required: bool = True) -> date | None:
    value = table.get(key, required)
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        table.note("funding_file.not_day", key, found=str(value)[:40])
        return None
    return value


def _month(table: Table, key: str, required: bool = True) -> date | None:
    month = table.month(key, required)
    return month.first_day if month else None


def _agreement_named(code: str) -> Entry:
    found = agreement_of(code)
    if found is None:
        raise CeibaError(Problem("funding_file.agreement", Where(column="agreement"), {"name": code}))
    return found


_LOADED: Final[Mapping[str, Callable[[Table, Loading], None]]] = {
    "bank_account": _bank_account,
    "funder": _funder,
    "agreement": _agreement,
    "commitment": _commitment,
    "instalment": _instalment,
    "disbursement": _disbursement,
    "division": _division,
}
