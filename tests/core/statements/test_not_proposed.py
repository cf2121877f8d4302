"""What is no commitment: first of all, what must not be proposed, in both languages."""

import pytest

from ceiba.core.statements import Act, read_statement
from tests.core.statements.parties import PARTIES

# sentence -> what is said to stop it; None where nothing in it looks like a promise
ENGLISH = {
    "The United States may consider further support for Honduras in 2022.": None,
    "The White House said it might provide US$ 40 million to Guatemala.": None,
    "Washington could share two million doses.": None,
    "The agency pledged to consider a request for US$ 12 million.": "hedged",
    "Mexico is studying whether it will extend the programme to Haiti.": "hedged",
    "Mexico announced plans to build ten schools.": "hedged",
    "Mexico will not extend the programme to Belize.": "negated",
    "The minister never promised US$ 5 million to Honduras.": "negated",
    "The US won't deliver the 500,000 doses.": None,
    "The United States announced that it had delivered 1.5 million doses to Mexico.": "past",
    "Mexico announced that 4,079 people have received the support.": "past",
    "Will Mexico pay US$ 30 million to El Salvador?": "question",
    "The two presidents met for an hour and greeted each other warmly.": None,
    "The programme employs 416,000 people on 1,040,480 hectares.": None,
    "The president announced, with a smile, that he was tired.": "nothing_named",
    "If Congress agrees, it would provide US$ 100 million, officials said.": None,
    "Mexico wants to negotiate and hopes that it will sign an agreement.": "hedged",
}
SPANISH = {
    "Estados Unidos podría considerar más apoyo a Honduras en 2022.": None,
    "México analiza si entregará 20 millones de dólares a Guatemala.": "hedged",
    "El gobierno mexicano prevé que donará 500 mil vacunas.": "hedged",
    "México entregaría 30 millones de dólares a El Salvador.": None,
    "México no donará más vacunas a Belice.": "negated",
    "La ministra nunca prometió cinco millones de dólares a Honduras.": "negated",
    "La AMEXCID informó que ha entregado apoyos a 4,079 personas.": "past",
    "Estados Unidos anunció que ya entregó 1.5 millones de dosis a México.": "past",
    "¿Aportará México 30 millones de dólares a Honduras?": "question",
    "Los presidentes se reunieron durante una hora y se saludaron con cordialidad.": None,
    "El programa emplea a 416 mil personas en 1,040,480 hectáreas.": None,
    "El presidente anunció, sonriente, que estaba cansado.": "nothing_named",
    "Si el Congreso lo aprueba, aportaría 100 millones de dólares, dijo el vocero.": None,
    "El mandatario espera que se firmará un acuerdo.": "hedged",
}
TABLES = [*(("en", *row) for row in ENGLISH.items()), *(("es", *row) for row in SPANISH.items())]


@pytest.mark.parametrize(("language", "sentence", "why"), TABLES, ids=[row[1][:40] for row in TABLES])
def test_what_promises_nothing_is_not_proposed(language: str, sentence: str, why: str | None) -> None:
    reading = read_statement(sentence, language, PARTIES)
    assert [c for c in reading.candidates if c.act in (Act.PROMISE, Act.PROPOSAL)] == []
    if why is not None and not reading.candidates:
        assert [passed.why for passed in reading.passed] == [why]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Mexico proposed that the United States will give work visas to those who plant."),
        ("en", "Mexico asked the United States to finance the programme."),
        ("es", "México propuso que Estados Unidos otorgará visas de trabajo a quienes siembren."),
        ("es", "López Obrador pidió a Estados Unidos financiar el programa."),
    ],
)
def test_a_proposal_is_not_also_a_promise(language: str, sentence: str) -> None:
    assert [c.act for c in read_statement(sentence, language, PARTIES).candidates] == [Act.PROPOSAL]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The United States has already sent 1.5 million doses to Mexico."),
        ("es", "México ya entregó 30 millones de dólares a El Salvador."),
    ],
)
def test_a_past_fact_is_evidence_of_delivery_and_no_promise(language: str, sentence: str) -> None:
    assert [c.act for c in read_statement(sentence, language, PARTIES).candidates] == [Act.DELIVERY]


def test_what_stops_a_promise_is_told_with_its_words() -> None:
    text = "They met. Mexico will not extend the programme."
    (passed,) = read_statement(text, "en", PARTIES).passed
    assert (passed.why, passed.words, passed.sentence.of(text)) == ("negated", "not", text[10:])
