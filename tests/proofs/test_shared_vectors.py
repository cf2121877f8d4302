"""The vectors that the page is held to (tests/journeys/test_verifier.py): Python refuses each for its reason."""

import json

from tests.proofs import vectors

FOUND = vectors.vectors()["vectors"]
WITH_REASON = [vector for vector in FOUND if vector["code"]]


def test_there_are_vectors_of_each_format_and_of_each_forgery() -> None:
    said = [vectors.python_says(vector) for vector in FOUND]
    accepted = [each for each in said if isinstance(each, dict)]
    assert {each.get("form") for each in accepted} == {
        "card",
        "vc+jwt",
        "vc+cose",
        "dc+sd-jwt",
        "receipt",
        None,
    }
    assert len(WITH_REASON) >= 280
    assert len({vector["code"] for vector in WITH_REASON}) >= 30
    assert len({(vector["act"], vector["name"]) for vector in FOUND}) == len(FOUND)


def test_python_refuses_each_for_its_reason() -> None:
    said = {(vector["act"], vector["name"]): vectors.python_says(vector) for vector in WITH_REASON}
    assert said == {(vector["act"], vector["name"]): vector["code"] for vector in WITH_REASON}


def test_the_file_for_other_makers_says_what_is_expected_of_each() -> None:
    told = json.loads(vectors.written(vectors.vectors()))
    assert all(each["expected"] and len(each["proof"]) == 1 for each in told["vectors"])
    assert {"now", "roots", "trust", "statuses", "log"} < set(told)
