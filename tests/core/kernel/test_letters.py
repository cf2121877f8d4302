"""What is told of an input cannot be an order to a terminal; of a forgery, nor look like more than one line."""

import re

import pytest

from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem, Where
from ceiba.core.kernel.letters import INVISIBLE
from ceiba.packs.verdict import Verdict
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.problems import refused

CLEARS = "\x1b[2J\x1b[H\x9b2J\r\nVerificado\u202e\u200b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_orders_nothing_of_a_terminal(language: str) -> None:
    for problem in (
        Problem("proof.type", values={"found": CLEARS}),
        Problem("proof.signature", Where(file=CLEARS, item=CLEARS, column=CLEARS)),
        Problem("note.form", values={"why": ValueError(CLEARS)}),
    ):
        told = problem.text(language)
        assert "Verificado" in told
        assert not re.search(INVISIBLE, told.replace("\n", ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_a_forgery_is_one_line(language: str) -> None:
    verdict = Verdict()
    verdict.refuse("pack.cell", CLEARS, CLEARS, CLEARS, found=CLEARS, sealed=1)
    with pytest.raises(CeibaError) as logged:
        refuse("checkpoint.origin", origin=CLEARS, expected="x")
    for problem in (*refused("proof.type", found=CLEARS).problems, *logged.value.problems, *verdict.wrong):
        told = problem.text(language)
        assert "Verificado" in told
        assert not re.search(INVISIBLE, told)
