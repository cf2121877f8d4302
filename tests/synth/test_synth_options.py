"""What cannot be made is refused, in both languages, before anything is written."""

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.synth.country import generate
from ceiba.synth.options import FaultRates, SynthOptions


@pytest.mark.parametrize(
    ("options", "code", "es", "en"),
    [
        ({"months": 0}, "synth.months", "Se pidieron 0 meses; elija de 1 a 60.", "0 months were asked for"),
        ({"months": 61}, "synth.months", "Se pidieron 61 meses", "61 months were asked for; choose 1 to 60."),
        ({"participants": 0}, "synth.participants", "Se pidieron 0 participantes", "0 participants"),
        ({"seed": -1}, "synth.seed", "La semilla -1 es negativa", "The seed -1 is negative"),
        ({"programme": "br"}, "synth.programme", "ca, mx, pes", "ca, mx, pes"),
        ({"faults": FaultRates(dead=0.3)}, "synth.rate", "La tasa de dead es 0.3", "The rate of dead is 0.3"),
    ],
)
def test_refusals(options, code, es, en):
    with pytest.raises(CeibaError) as raised:
        SynthOptions(**{"participants": 10, **options})
    (problem,) = raised.value.problems
    assert problem.code == code
    assert es in problem.text("es")
    assert en in problem.text("en")


def test_every_refusal_is_told_at_once():
    with pytest.raises(CeibaError) as raised:
        SynthOptions(participants=0, months=99, programme="x")
    assert len(raised.value.problems) == 3


def test_the_first_month_follows_from_the_last():
    assert SynthOptions(1, months=36).first_month == Month(2023, 11)
    assert SynthOptions(1, months=1).first_month == Month(2026, 10)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CeibaError) as raised:
        generate(SynthOptions(10), tmp_path, lambda *_: None)
    assert raised.value.problems[0].code == "synth.out_not_empty"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_more_people_than_the_land_can_hold(tmp_path):
    with pytest.raises(CeibaError) as raised:
        generate(SynthOptions(5_000_000, months=1), tmp_path / "out", lambda *_: None)
    (problem,) = raised.value.problems
    assert problem.code == "synth.no_land"
    assert "no cabe tanta gente" in problem.text("es")
    assert problem.values["people"] > 100_000
