"""Made-up numbers of documents, unique, in the form each country gives them."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from ceiba.synth.places import STATE_LETTERS

# Letters of a Mexican state in a CURP, by INEGI's number
CURP_STATES: Final = {
    "MX-01": "AS", "MX-02": "BC", "MX-03": "BS", "MX-04": "CC", "MX-05": "CL", "MX-06": "CM", "MX-07": "CS",
    "MX-08": "CH", "MX-09": "DF", "MX-10": "DG", "MX-11": "GT", "MX-12": "GR", "MX-13": "HG", "MX-14": "JC",
    "MX-15": "MC", "MX-16": "MN", "MX-17": "MS", "MX-18": "NT", "MX-19": "NL", "MX-20": "OC", "MX-21": "PL",
    "MX-22": "QT", "MX-23": "QR", "MX-24": "SP", "MX-25": "SL", "MX-26": "SR", "MX-27": "TC", "MX-28": "TS",
    "MX-29": "TL", "MX-30": "VZ", "MX-31": "YN", "MX-32": "ZS",
}  # fmt: skip
CURP_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_PLAIN: Final = {"Á": "A", "É": "E", "Í": "I", "Ó": "O", "Ú": "U", "Ü": "U", "Ñ": "X"}
_VOWEL: Final = "^.[^AEIOU]*([AEIOU])"
_CONSONANT: Final = "^.[AEIOU]*([B-DF-HJ-NP-TV-Z])"


def identity_numbers(countries: pl.Series, areas: pl.Series, birth: pl.Series, offset: int) -> pl.Series:
    """DPI (Guatemala), DNI (Honduras), DUI (El Salvador) or INE (Mexico) of each person (n,)."""
    index = np.arange(len(countries))
    serial = pl.Series((index * 7919 + offset) % 10**8)  # 7919 is prime to 10: no number twice
    frame = pl.DataFrame(
        {
            "country": countries,
            "serial": serial.cast(pl.String).str.zfill(8),
            "check": (serial % 9 + 1).cast(pl.String),
            "area": areas,
            "birth": birth,
            "thousands": pl.Series(index // 100_000 + 1).cast(pl.String).str.zfill(2),
            "rest": pl.Series(index % 100_000).cast(pl.String).str.zfill(5),
        }
    )
    form = {
        "GT": pl.concat_str("serial", "check", pl.col("area").str.tail(4)),
        "HN": pl.concat_str(pl.lit("05"), "thousands", pl.col("birth").dt.strftime("%Y"), "rest"),
        "SV": pl.concat_str("serial", pl.lit("-"), "check"),
        "MX": pl.concat_str(pl.lit("IDMEX20"), "serial"),
    }
    number = pl.coalesce(*(pl.when(pl.col("country") == code).then(text) for code, text in form.items()))
    return frame.select(number=number)["number"]


def person_keys(
    given: pl.Series, family: pl.Series, birth: pl.Series, sex: pl.Series, areas: pl.Series
) -> pl.Series:
    """CURP of each person (n,): the published construction, without its list of unseemly words."""
    frame = pl.DataFrame({"given": _plain(given), "family": _plain(family), "birth": birth, "sex": sex})
    # of María Juana and José Luis, the second name counts
    called = pl.col("given").str.replace("^(MARIA|JOSE) ", "")
    father = pl.col("family").str.extract("^(\\S+)")
    mother = pl.col("family").str.extract("(\\S+)$")
    prefix = pl.concat_str(
        father.str.head(1),
        father.str.extract(_VOWEL).fill_null("X"),
        mother.str.head(1),
        called.str.head(1),
        pl.col("birth").dt.strftime("%y%m%d"),
        pl.col("sex").replace({"M": "H", "F": "M"}),
        pl.Series(areas.str.head(STATE_LETTERS)).replace_strict(CURP_STATES),
        *(name.str.extract(_CONSONANT).fill_null("X") for name in (father, mother, called)),
    )
    frame = frame.select("birth", prefix=prefix)
    twins = pl.int_range(pl.len()).over("prefix") + pl.when(pl.col("birth").dt.year() < 2000).then(
        0
    ).otherwise(10)
    letter = twins.replace_strict(dict(enumerate(CURP_ALPHABET)), return_dtype=pl.String)
    body = frame.select(body=pl.col("prefix") + letter)["body"]
    return body + pl.Series(_curp_check(body)).cast(pl.String)


def _plain(names: pl.Series) -> pl.Series:
    return names.str.to_uppercase().str.replace_many(list(_PLAIN), list(_PLAIN.values()))


def _curp_check(body: pl.Series) -> npt.NDArray[np.int64]:
    """The last digit of a CURP from the seventeen before it (n,)."""
    letters = np.array(body.to_list(), dtype="U17").view("U1").reshape(len(body), 17)
    alphabet = np.array(list(CURP_ALPHABET))
    order = np.argsort(alphabet)
    values = order[np.searchsorted(alphabet[order], letters)]
    total: npt.NDArray[np.int64] = (values * np.arange(18, 1, -1)).sum(axis=1)
    return (10 - total % 10) % 10
