"""Random conditions, amounts and rows for the tests that compare three readings of the same SQL."""

from typing import Any

from hypothesis import strategies as st

from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Parameter

NUMBERS = ("plan_done", "plan_due", "sanctions", "enrolled_months")
TRUTHS = ("deceased", "possession")
TEXTS = {"country": ("GT", "HN", "SV"), "variant": ("us36", "amexcid")}
VALUES: dict[str, Any] = {"seven": 7, "minus": -3, "by_country": {"GT": 2, "HN": 0, "SV": 40}}

_SINCE = Month(2026, 1)
PARAMETERS = {
    name: Parameter(name, "days", {}, "assumption", _SINCE, None, None, "country", value)
    if isinstance(value, dict)
    else Parameter(name, "days", {}, "assumption", _SINCE, None, value)
    for name, value in VALUES.items()
}

_leaf = st.one_of(
    st.integers(0, 60).map(str),
    st.sampled_from([*NUMBERS, *VALUES]),
)


def _numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(pair, st.sampled_from(["+", "-", "*", "DIV"])).map(lambda t: f"{t[0][0]} {t[1]} {t[0][1]}"),
        inner.map(lambda a: f"({a})"),
        inner.map(lambda a: f"- {a}"),
        inner.map(lambda a: f"ABS({a})"),
        pair.map(lambda t: f"LEAST({t[0]}, {t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"GREATEST({', '.join(t)})"),
        st.tuples(_truth_leaf, inner, inner).map(lambda t: f"CASE WHEN {t[0]} THEN {t[1]} ELSE {t[2]} END"),
        st.tuples(_truth_leaf, inner).map(lambda t: f"CASE WHEN {t[0]} THEN NULL ELSE {t[1]} END"),
        st.tuples(_truth_leaf, inner).map(lambda t: f"CASE WHEN {t[0]} THEN {t[1]} END"),
    )


_text_leaf = st.one_of(
    *(
        st.one_of(
            st.tuples(st.just(name), st.sampled_from(["=", "<>"]), st.sampled_from(codes)).map(
                lambda t: f"{t[0]} {t[1]} '{t[2]}'"
            ),
            st.tuples(st.just(name), st.lists(st.sampled_from(codes), min_size=1)).map(
                lambda t: f"{t[0]} NOT IN ({', '.join(repr(code) for code in t[1])})"
            ),
        )
        for name, codes in TEXTS.items()
    )
)
_truth_leaf = st.one_of(st.sampled_from([*TRUTHS, "TRUE", "FALSE"]), _text_leaf)

amounts = st.recursive(_leaf, _numbers, max_leaves=6)

_compared = st.one_of(
    st.tuples(amounts, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), amounts).map(" ".join),
    st.tuples(amounts, amounts, amounts).map(lambda t: f"{t[0]} BETWEEN {t[1]} AND {t[2]}"),
    st.tuples(amounts, st.lists(st.integers(0, 9), min_size=1, max_size=3)).map(
        lambda t: f"{t[0]} IN ({', '.join(map(str, t[1]))})"
    ),
    amounts.map(lambda a: f"{a} IS NULL"),
    amounts.map(lambda a: f"{a} IS NOT NULL"),
)


def _truths(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(" AND ".join),
        pair.map(" OR ".join),
        pair.map(lambda t: f"({t[0]} OR {t[1]}) AND {t[0]}"),
        inner.map(lambda a: f"NOT {a}"),
        inner.map(lambda a: f"({a}) IS TRUE"),
        inner.map(lambda a: f"({a}) IS NOT FALSE"),
        inner.map(lambda a: f"({a}) IS NULL"),
        st.tuples(inner, inner, inner).map(lambda t: f"CASE WHEN {t[0]} THEN {t[1]} ELSE {t[2]} END"),
    )


conditions = st.recursive(st.one_of(_compared, _truth_leaf), _truths, max_leaves=6)

rows = st.lists(
    st.fixed_dictionaries(
        {
            **{name: st.one_of(st.none(), st.integers(0, 100)) for name in NUMBERS},
            **{name: st.one_of(st.none(), st.booleans()) for name in TRUTHS},
            **{name: st.one_of(st.none(), st.sampled_from(codes)) for name, codes in TEXTS.items()},
        }
    ),
    min_size=1,
    max_size=5,
)
