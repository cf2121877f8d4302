"""The rails there are, by id, each made from parameters as an account keeps them (texts and numbers, as in JSON)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ceiba.rails.base import Rail
from ceiba.rails.cash.rail import Cash
from ceiba.rails.csv_template.rail import CsvTemplate
from ceiba.rails.csv_template.template import TEMPLATES, template_read
from ceiba.rails.division import Limits
from ceiba.rails.iso20022.pain001 import VERSIONS, Shape
from ceiba.rails.iso20022.rail import Iso20022
from ceiba.rails.letters import Letters
from ceiba.rails.mobile_money.rail import EXAMPLE, MobileMoney
from ceiba.rails.problems import Fail

Parameters = Mapping[str, Any]


def rail(name: str, parameters: Parameters | None = None) -> Rail:
    """The rail `name` with a bank's parameters. Raises CeibaError (rail.unknown, rail.parameter, rail.template)."""
    if name not in RAILS:
        raise Fail("").error("rail.unknown", rail=name, known=", ".join(RAILS))
    make, known = RAILS[name]
    given = dict(parameters or {})
    for parameter in given:
        if parameter not in known:
            raise _wrong(name, parameter, f"{', '.join(known)}")
    for parameter, kind in known.items():
        value = given.get(parameter)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is int)):
            raise _wrong(name, parameter, kind.__name__)
    return make(given)


def _iso20022(given: Parameters) -> Rail:
    version = given.get("version", VERSIONS[0])
    if version not in VERSIONS:
        raise _wrong("iso20022", "version", ", ".join(VERSIONS))
    if (letters := given.get("letters", Letters.BASIC.value)) not in set(Letters):
        raise _wrong("iso20022", "letters", ", ".join(Letters))
    _positive(given, "name_max")
    asked = {name: value for name, value in given.items() if name not in ("count_max", "sum_max_minor")}
    shape = Shape(**{**asked, "version": version, "letters": Letters(letters)})
    return Iso20022(shape, Limits(_positive(given, "count_max"), _positive(given, "sum_max_minor")))


def _positive(given: Parameters, parameter: str) -> int | None:
    value: int | None = given.get(parameter)
    if value is not None and value <= 0:
        raise _wrong("iso20022", parameter, "> 0")
    return value


def _csv_template(given: Parameters) -> Rail:
    return CsvTemplate(template_read(Path(given.get("template", TEMPLATES / "example-bank.toml"))))


def _mobile_money(given: Parameters) -> Rail:
    countries = tuple(str(code) for code in given.get("countries", ()))
    return MobileMoney(template_read(Path(given.get("template", EXAMPLE))), countries)


def _cash(given: Parameters) -> Rail:
    return Cash(**given)


def _wrong(name: str, parameter: str, why: str) -> Exception:
    return Fail("").error("rail.parameter", rail=name, parameter=parameter, why=why)


RAILS: Final[dict[str, tuple[Callable[[Parameters], Rail], dict[str, type]]]] = {
    "iso20022": (
        _iso20022,
        {
            "version": str, "letters": str, "name_max": int, "scheme_codes": dict, "clearing_system": str,
            "batch_booking": bool, "initiator": str, "count_max": int, "sum_max_minor": int,
        },
    ),
    "csv_template": (_csv_template, {"template": str}),
    "mobile_money": (_mobile_money, {"template": str, "countries": list}),
    "cash": (_cash, {"return_days": int}),
}  # fmt: skip
