"""CBOR and JSON in every way they can be written, well or not: of CBOR the examples of RFC 8949, appendices A and F.

Each of these stands where a card has its place in the status lists, the last thing that is signed, so that what ends
too soon does so at the end. Left out is what cbor2 and the page refuse for another reason, and no constancia has:
tags that mean a date or the like, two bytes for a simple value that has one (f800 to f81f), and 65504.0, which cbor2
writes longer.
"""

from typing import Final

WELL_FORMED: Final = """
00 01 0a 17 1818 1819 1864 1903e8 1a000f4240 1b000000e8d4a51000 1bffffffffffffffff 20 29 3863 3903e7
3bffffffffffffffff f90000 f98000 f93c00 fb3ff199999999999a f93e00 fa47c35000 fa7f7fffff fb7e37e43c8800759c
f90001 f90400 f9c400 fbc010666666666666 f97c00 f97e00 f9fc00 fa7f800000 fa7fc00000 faff800000 fb7ff0000000000000
fb7ff8000000000000 fbfff0000000000000 f4 f5 f6 f7 f0 f8ff 40 4401020304 60 6161 6449455446 62225c 62c3bc 63e6b0b4
64f0908591 80 83010203 8301820203820405 98190102030405060708090a0b0c0d0e0f101112131415161718181819 a0 a201020304
a26161016162820203 826161a161626163 a56161614161626142616361436164614461656145 5f42010243030405ff
7f657374726561646d696e67ff 9fff 9f018202039f0405ffff 9f01820203820405ff 83018202039f0405ff 83019f0203ff820405
9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff bf61610161629f0203ffff 826161bf61626163ff
bf6346756ef563416d7421ff
"""
"""Appendix A."""

LONGER: Final = """
1817 190017 1a00000017 1b0000000000000017 1900ff 1a0000ffff 1b00000000ffffffff 3800 390000 5800 590000 7800 7900016161
9800 990000 b800 d9001800 fa3f800000 fb3ff0000000000000 fa00000000 fb3e70000000000000 fa33800000 a202000100
a201000100 5f40ff 7f60ff 5fff 7fff
"""
"""One more byte than it takes, or keys out of order or twice."""

ILL_FORMED: Final = """
18 19 1a 1b 1901 1a0102 1b01020304050607 38 58 78 98 9a01ff00 b8 d8 f8 f900 fa0000 fb000000
41 61 5affffffff00 5bffffffffffffffff010203 7affffffff00 7b7fffffffffffffff010203
81 818181818181818181 8200 a1 a20102 a100 a2000000 c0 5f4100 7f6100 9f 9f0102 bf bf01020102 819f 9f8000
9f9f9f9f9fffffffff 9f819f819f9fffffff 1c 1d 1e 3c 3d 3e 5c 5d 5e 7c 7d 7e 9c 9d 9e bc bd be dc dd de fc fd fe
5f00ff 5f21ff 5f6100ff 5f80ff 5fa0ff 5fc000ff 5fe0ff 7f4100ff 5f5f4100ffff 7f7f6100ffff ff
81ff 8200ff a1ff a1ff00 a100ff a20000ff 9f81ff 9f829f819f9fffffffff bf00ff bf000000ff 1f 3f df
61ff 62c328 7f61c361bcff
"""
"""Appendix F, and texts that are no UTF-8."""

JSON: Final = (
    "0", "-0", "-", "+1", "01", "-01", "1.", ".5", "1.5", "1e", "1e+", "1E5", "1e-5", "1e400", "0x1", "1_0",
    "9" * 4300, "9" * 4301, "-" + "9" * 4300, "-" + "9" * 4301, "tru", "true", "nul", "null", "NaN", "Infinity",
    "-Infinity", "undefined", "", " ", "'a'", "a", '"', '"\\"', '"\\x"', '"\\u12"', '"\\u00e9"', '"\\ud83c\\udf33"',
    '"\\udf33\\ud83c"', '"\\ud83c"', '"\\ud83c\\u0041"', '"\\/"', '"\t"', '"\x7f"', '"\u2028"', '"\U0001f333"',
    "[]", "[", "[1,]", "[,1]", "[1 2]", "[1,2", "{}", "{", "{,}", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", "{'a':1}",
    '{"a":1 "b":2}', '{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"a":{"b":1},"c":{"b":1}}', '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}', "\n[\r1\t]\n", "\f1", "\u00a01", "//\n1", "/**/1", "1;", "1}",
    "[" * 400 + "]" * 400, "[" * 3000 + "]" * 3000,
)  # fmt: skip
