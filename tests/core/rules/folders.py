"""A small rulebook in order, and copies of it with one thing changed."""

from pathlib import Path

PROGRAMMES = Path(__file__).parents[3] / "programmes"

SMALL = {
    "programme.toml": """\
code = "small"
currency = "USD"
countries = ["GT", "HN"]
name = { es = "Pequeño", en = "Small" }
summary = { es = "Para pruebas", en = "For tests" }

[variants]
one = { es = "Una", en = "One" }
two = { es = "Dos", en = "Two" }

[calendar]
cutoff_day = { value = 5, basis = "assumption" }
pay_day = { value = 10, basis = "a source" }
late_months_max = { value = 12, basis = "assumption" }

[staffing]
group_members = { value = 25, basis = "a source" }

[variance]
people_percent = { value = 20, basis = "a source" }

[[document]]
id = "identity_document"
name = { es = "Identidad", en = "Identity" }
basis = "a source"

[[component]]
id = "support"
name = { es = "Apoyo", en = "Support" }
amount = "support_minor"
to = "participant"
basis = "a source"
valid_from = "2026-01"
cases = [{ country = "GT", expect = 25000 }, { country = "HN", month = "2026-06", expect = 20000 }]
""",
    "parameters.toml": """\
[[parameter]]
name = "support_minor"
unit = "minor"
by = "country"
values = { GT = 25000, HN = 20000 }
valid_from = "2026-01"
basis = "a source"
meaning = { es = "Apoyo", en = "Support" }

[[parameter]]
name = "cap_minor"
unit = "minor"
value = 75000
valid_from = "2026-01"
basis = "assumption"
meaning = { es = "Tope", en = "Cap" }

[[parameter]]
name = "recovery_percent_max"
unit = "percent"
value = 25
valid_from = "2026-01"
basis = "assumption"
meaning = { es = "Recuperación", en = "Recovery" }

[[parameter]]
name = "plan_percent_min"
unit = "percent"
value = 80
valid_from = "2026-01"
valid_until = "2026-06"
basis = "a source"
meaning = { es = "Plan", en = "Plan" }

[[parameter]]
name = "plan_percent_min"
unit = "percent"
value = 60
valid_from = "2026-07"
basis = "assumption"
meaning = { es = "Plan", en = "Plan" }
""",
    "rules.toml": """\
[[rule]]
id = "work.plan"
stage = "month"
require = "100 * plan_done >= plan_percent_min * plan_due"
otherwise = "hold"
valid_from = "2026-01"
basis = "a source"
title = { es = "Plan", en = "Plan" }
message = { es = "Faltó", en = "Short" }
unknown = { es = "Sin evidencia", en = "No evidence" }
cases = [
    { plan_done = 8, plan_due = 10, expect = "pass" },
    { month = "2026-06", plan_done = 7, plan_due = 10, expect = "fail" },
    { month = "2026-07", plan_done = 7, plan_due = 10, expect = "pass" },
    { plan_due = 10, expect = "unknown" },
]

[[rule]]
id = "entry.land"
stage = "enrolment"
require = "tenure <> 'lease'"
otherwise = "refuse"
valid_from = "2026-01"
basis = "assumption"
title = { es = "Tierra", en = "Land" }
message = { es = "Faltó", en = "Short" }
unknown = { es = "Sin evidencia", en = "No evidence" }
cases = [
    { tenure = "ejidal", expect = "pass" },
    { tenure = "lease", expect = "fail" },
    { expect = "unknown" },
]

[[rule]]
id = "pathway.accepted"
stage = "pathway"
require = "months_accepted >= 36"
otherwise = "hold"
valid_from = "2026-01"
basis = "assumption"
title = { es = "Meses", en = "Months" }
message = { es = "Faltan", en = "Short" }
unknown = { es = "Sin evidencia", en = "No evidence" }
cases = [
    { months_accepted = 36, expect = "pass" },
    { months_accepted = 35, expect = "fail" },
    { expect = "unknown" },
]
""",
    "pathway.toml": """\
[[stage]]
id = "record"
name = { es = "Constancia", en = "Certificate" }
text = { es = "No confiere derechos", en = "Confers no right" }
months = 36
rules = ["pathway.accepted"]
proposal = false
basis = "assumption"
""",
}


def small(**texts: str) -> dict[str, bytes]:
    """The small folder; `parameters="…"` replaces parameters.toml, and so on."""
    files = SMALL | {f"{name}.toml": text for name, text in texts.items()}
    return {name: text.encode() for name, text in files.items()}


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    """The small folder with the first `old` of a file replaced; `old` must be there."""
    text = SMALL[f"{name}.toml"]
    assert old in text, old
    return small(**{name: text.replace(old, new, 1)})


def shipped(code: str) -> dict[str, bytes]:
    """The files of a programme that ships."""
    return {path.name: path.read_bytes() for path in PROGRAMMES.joinpath(code).glob("*.toml")}
