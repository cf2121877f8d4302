"""Paragraphs as newspapers and ministries write them, and what is read of them. They are made up for these tests."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.commitments import Answered, Kind
from ceiba.core.statements import Act, Candidate, read_statement
from tests.core.statements.parties import AMEXCID, BZ, GT, HN, MX, PARTIES, SV, US

MEETING = (
    "On 7 May 2021 the United States announced humanitarian aid of US$ 310 million for the region. The United "
    "States will "
    "share 2.7 million vaccine doses with Mexico. The two governments agreed on a strategic partnership on "
    "employment, "
    "market access, deforestation and climate, and an effort against smuggling and trafficking. Mexico proposed "
    "a scheme "
    "of temporary work visas for those who plant trees; the United States did not respond."
)
REUNION = (
    "El 7 de mayo de 2021 Estados Unidos anunció ayuda humanitaria por 310 millones de dólares para la región. "
    "Estados Unidos compartirá 2.7 millones de dosis con México. Ambos gobiernos acordaron una alianza "
    "estratégica sobre "
    "empleo, acceso a mercados, deforestación y clima, y un esfuerzo contra el contrabando y la trata. México "
    "propuso un "
    "esquema de visas temporales de trabajo para quienes siembren; Estados Unidos no respondió."
)


def told(candidate: Candidate) -> dict[str, Any]:
    """What a candidate says, without what it leaves blank."""
    names = ("by", "to", "quantity", "unit", "said_on", "due_on", "answered")
    values = {name: getattr(candidate, name) for name in names}
    return {"act": candidate.act, "kind": candidate.kind} | {
        n: v for n, v in values.items() if v not in (None, "")
    }


@pytest.mark.parametrize(("text", "language"), [(MEETING, "en"), (REUNION, "es")], ids=["en", "es"])
def test_the_report_of_a_meeting(text: str, language: str) -> None:
    read = read_statement(text, language, PARTIES).candidates
    assert [told(candidate) for candidate in read] == [
        {"act": "promise", "kind": Kind.MONEY, "by": US, "quantity": 310_000_000, "unit": "USD",
        "said_on": "2021-05-07"},
        {"act": "promise", "kind": Kind.GOODS, "by": US, "to": MX, "quantity": 2_700_000, "unit": "doses"},
        {"act": "promise", "kind": Kind.ACTION},
        {"act": "promise", "kind": Kind.ACTION},
        {"act": "proposal", "kind": Kind.PROPOSAL, "by": MX},
        {"act": "answer", "kind": Kind.ACTION, "by": US, "answered": Answered.NONE},
    ]  # fmt: skip
    partnership, effort = read[2], read[3]
    assert partnership.subject.endswith(("deforestation and climate", "deforestación y clima"))
    assert effort.subject.endswith(("trafficking", "trata"))
    assert "by_unknown" in partnership.doubts, "who the two are is not said in the sentence, and not guessed"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "El 20 de junio de 2019 el gobierno de México se comprometió a entregar 30 millones de dólares "
               "a El Salvador a más tardar el 31 de diciembre de 2020.",
         {"by": MX, "to": SV, "quantity": 30_000_000, "unit": "USD", "said_on": "2019-06-20",
         "due_on": "2020-12-31"}),
        ("es", "La Agencia Mexicana de Cooperación Internacional para el Desarrollo "
         "capacitará a 14 mil agricultores en 2023.",
         {"by": AMEXCID, "quantity": 14_000, "unit": "farmers", "due_on": "2023"}),
        ("es", "EE. UU. destinará 4 mil millones de dólares a Honduras antes de 2025.",
         {"by": US, "to": HN, "quantity": 4 * 10**9, "unit": "USD", "due_on": "2024"}),
        ("es", "El presidente guatemalteco anunció en mayo de 2022 un fondo de Q155.6 millones.",
         {"by": GT, "quantity": 155_600_000, "unit": "GTQ", "said_on": "2022-05"}),
        ("es", "México plantará mil 202 millones de árboles para finales de 2024.",
         {"by": MX, "quantity": 1_202_000_000, "unit": "trees", "due_on": "2024"}),
        ("es", "Según la cancillería, México donaría medio millón de vacunas a Belice.",
         {"by": MX, "to": BZ, "quantity": 500_000, "unit": "vaccines"}),
        ("en", "During his visit to Guatemala, the Mexican president pledged US$20 million to Guatemala.",
         {"by": MX, "to": GT, "quantity": 20_000_000, "unit": "USD"}),
        ("en", "He said Mexico would plant 3 billion trees no later than 31 December 2024.",
         {"by": MX, "quantity": 3 * 10**9, "unit": "trees", "due_on": "2024-12-31"}),
        ("en", "The government of Honduras promised to train 10,000 young people by the end of 2023.",
         {"by": HN, "quantity": 10_000, "unit": "young_people", "due_on": "2023"}),
        ("en", "On June 20, 2019 Mexico committed to pay MXN 1,250.50 to El Salvador before 1 July 2019.",
         {"by": MX, "to": SV, "quantity": Decimal("1250.50"), "unit": "MXN", "said_on": "2019-06-20",
         "due_on": "2019-06-30"}),
        ("en", "Six thousand scholarships will be granted by the United States.",
         {"by": US, "quantity": 6_000, "unit": "scholarships"}),
        ("en", "The U.S. will provide $4bn to Guatemala.", {"by": US, "to": GT, "quantity": 4 * 10**9}),
    ],
)  # fmt: skip
def test_what_a_sentence_promises(language: str, text: str, expected: dict[str, Any]) -> None:
    (candidate,) = read_statement(text, language, PARTIES).candidates
    assert {n: v for n, v in told(candidate).items() if n not in ("act", "kind")} == expected
    assert candidate.act == Act.PROMISE


@pytest.mark.parametrize(
    ("language", "text", "doubt", "blank"),
    [
        ("en", "The United States will provide $40 million.", "which_currency", "unit"),
        ("es", "México aportará 40 millones de pesos.", "which_currency", "unit"),
        ("es", "México donará 1.250 vacunas.", "number_two_ways", "quantity"),
        ("es", "México aportará miles de millones de dólares.", None, "quantity"),
        ("en", "Mexico will give US$ 5 million to Guatemala, Honduras and Belize.", "to_several", "to"),
        ("en", "Mexico will plant 5,000 trees in Guatemala.", "to_unknown", "to"),
        ("en", "Mexico and the United States agreed to build ten schools.", "by_several", "by"),
        ("en", "US$310 million in aid will be delivered.", "by_unknown", "by"),
        ("en", "Mexico will deliver 500 tractors within six months.", "due_relative", "due_on"),
        ("es", "México entregará 500 tractores en un plazo de seis meses.", "due_relative", "due_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_left_blank(language: str, text: str, doubt: str | None, blank: str) -> None:
    candidate = read_statement(text, language, PARTIES).candidates[0]
    assert getattr(candidate, blank) in (None, "")
    assert doubt is None or doubt in candidate.doubts


@pytest.mark.parametrize(
    ("language", "text", "answered", "by"),
    [
        ("en", "The Honduran government rejected the proposal.", Answered.DECLINED, HN),
        ("en", "Guatemala accepted the offer on 3 March 2022.", Answered.ACCEPTED, GT),
        ("en", "The White House has not responded to the request.", Answered.NONE, US),
        ("es", "El gobierno hondureño rechazó la propuesta.", Answered.DECLINED, HN),
        ("es", "Guatemala aceptó la oferta el 3 de marzo de 2022.", Answered.ACCEPTED, GT),
        ("es", "La Casa Blanca no ha respondido a la solicitud.", Answered.NONE, US),
    ],
)
def test_an_answer_is_read_as_one(language: str, text: str, answered: Answered, by: int) -> None:
    (candidate,) = read_statement(text, language, PARTIES).candidates
    assert (candidate.act, candidate.answered, candidate.by) == (Act.ANSWER, answered, by)


@pytest.mark.parametrize("place", ["New Mexico", "Mexico City", "the US-Mexico border"])
def test_a_place_with_a_country_in_its_name_promises_nothing(place: str) -> None:
    (candidate,) = read_statement(
        f"Officials from {place} promised to build ten schools.", "en", PARTIES
    ).candidates
    assert candidate.by is None


def test_us_is_a_party_and_us_is_not() -> None:
    (candidate,) = read_statement(
        "Among us, Mexico pledged to build ten schools with us.", "en", PARTIES
    ).candidates
    assert (candidate.by, candidate.to) == (MX, None)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.sampled_from(["es", "en"]))
def test_any_text_can_be_read_and_places_are_in_it(text: str, language: str) -> None:
    reading = read_statement(text, language, PARTIES)
    for found in (*reading.candidates, *reading.passed):
        assert 0 <= found.sentence.start < found.sentence.end <= len(text)


WORDS = ["México", "donará", "2.7", "millones", "de", "dosis", "a", "Guatemala", "no", "podría", "anunció",
    "US$", "310",
         "antes del", "31 de diciembre de "
         "2022", ".", ";", "y", "propuso", "un", "programa", "mil", "¿", "?"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_reasons_are_words_of_the_sentence_and_each_candidate_has_its_place(text: str) -> None:
    read = read_statement(text, "es", PARTIES).candidates
    assert len({(c.at, c.act) for c in read}) == len(read)
    for candidate in read:
        sentence = candidate.sentence.of(text)
        assert all(reason.words in sentence for reason in candidate.reasons)
        assert candidate.sentence.start <= candidate.at < candidate.sentence.end
