"""The faults and doubtful cases planted among what phones send, labelled so that they can be pointed to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from ceiba.synth.field.month import made
from ceiba.synth.field.pictures import Picture
from ceiba.synth.field.visits import Answers, Filled, Person, point, walk

COPIED: Final = 6  # people with the same counts
WAITS: Final = "edit that waits"
_FAR: Final = (0.42, 0.11)  # degrees: some 47 km away
_BESIDE: Final = (0.012, 0.0)  # some 1,300 m
_PAPERS: Final = {"identity_document": "Documento de identidad", "land_document": "Papel de la tierra"}
_KEPT: Final = ("plan/classes", "plan/task", "plan/task_count", "plan/plan_due", "plan/plan_done",
                "sessions/sessions_held", "sessions/sessions_attended")  # fmt: skip


def planted(seed: int, work: Sequence[Sequence[Filled]]) -> list[Filled]:
    """The technicians' work, the first one's first, with faults in it and after it.

    What needs more people than there are is left out.
    """
    changed = {each.name: each for filled in work for each in filled}
    phone = next((each.phone for filled in work[:1] for each in filled), "")
    for filled in work[:2]:
        by_form = {form: [each for each in filled if each.form == form] for form in (_.form for _ in filled)}
        faults = _of_the_first(by_form) if filled is work[0] else _of_the_second(by_form, phone)
        changed |= {each.name: each for each in faults}
    after = list(_after(seed, work))
    for each in after:
        if each.planted == WAITS:
            del changed[each.replaces]  # it is still on the phone
    return [*changed.values(), *after]


def _of_the_first(by_form: dict[str, list[Filled]]) -> Iterator[Filled]:
    """Of the photos, the place, the hour, the files."""
    seen = by_form.get("visit", [])
    if len(seen) < 16:
        return
    photo = seen[2].pictures["plot_photo"]
    yield _with_photo(seen[6], photo, "duplicate_photo")
    yield _with_photo(seen[9], replace(photo, retaken=True), "near_photo")
    yield _moved(seen[4], _BESIDE, "outside_plot")
    yield _moved(_begun(seen[12], seen[11].at + timedelta(minutes=38)), _FAR, "impossible_speed")
    night = _begun(seen[7], seen[7].at.replace(hour=23, minute=41))
    yield replace(night, planted="odd_hour", received_at=night.received_at + timedelta(days=1))
    yield replace(seen[13], lost="plot_photo", extra="IMG_2041.jpg", planted="file missing, another extra")
    for walked in by_form.get("plot-walk", [])[1:2]:
        yield _answered(walked, {"walk": _crossed(walked.person)}, "crossed polygon")
    for counted in by_form.get("survival", [])[1:2]:
        yield replace(counted, version="2026080101", planted="unknown form version")


def _of_the_second(by_form: dict[str, list[Filled]], phone: str) -> Iterator[Filled]:
    """Of counts, clocks, points set by hand, and the `phone` of the first one."""
    seen = by_form.get("visit", [])
    if len(seen) < 16:
        return
    same = {path: seen[4].answers[path] for path in _KEPT}
    for n, each in enumerate(seen[4 : 4 + COPIED]):
        begun = seen[4].at.replace(hour=8, minute=0) + timedelta(minutes=70 * n)
        yield replace(_begun(_answered(each, same, "copied_counts"), begun), received_at=seen[4].received_at)
    yield _answered(seen[12], {"place": _at(seen[12].person, (0, 0), 0)}, "accuracy_zero")
    yield replace(_begun(seen[13], seen[13].at.replace(year=2019)), planted="clock years off")
    yield replace(seen[14], phone=phone, planted="shared_device")


def _after(seed: int, work: Sequence[Sequence[Filled]]) -> Iterator[Filled]:
    """What follows on what was sent: other bytes under one name, edits, somebody new."""
    first = work[0] if work else []
    for each in [each for each in first if each.form == "planting"][1:2]:
        other = _answered(each, {"total": 400}, "conflict")
        yield replace(other, received_at=each.received_at + timedelta(hours=3))
    seen = [each for each in first if each.form == "visit"]
    for each in seen[1:2]:
        done = {
            "plan/plan_done": each.answers["plan/plan_due"],
            "remarks": "Terminó lo que faltaba el mismo día.",
        }
        yield _edited(each, done, "edit")
    for each in seen[3:4]:
        yield _edited(each, {"remarks": "Corregido."}, WAITS)
    for n, each in enumerate(seen[5:6]):
        yield _enrolment(seed, each, n)


def _edited(of: Filled, answers: Answers, label: str) -> Filled:
    name = f"{label} {of.name}"
    edit = replace(_answered(of, answers, label), name=name, replaces=of.name)
    return replace(edit, received_at=of.received_at + timedelta(days=1))


def _enrolment(seed: int, near: Filled, n: int) -> Filled:
    """Somebody new, whose neighbour is in the portfolio: waits until the office has entered the person."""
    neighbour, begun = near.person, near.at + timedelta(hours=1)
    person, plot = (str(uuid5(NAMESPACE_URL, f"ceiba {seed} {n} {what}")) for what in ("person", "plot"))
    code = f"{neighbour.code[:2]}99000{n:02}"
    label = f"Marta Elena Xol Caal · {code}"
    papers = [{"document": each, "document_label": words, "held": "yes"} for each, words in _PAPERS.items()]
    answers: Answers = {
        "who/group": neighbour.group_uuid, "who/group_code": neighbour.group, "who/known": "no",
        "privacy/reader": "Técnica", "privacy/may_record": "no", "privacy/read_on": f"{begun:%Y-%m-%d}",
        "privacy/agrees": "yes", "person_data/folio": code, "person_data/given_names": "Marta Elena",
        "person_data/family_names": "Xol Caal", "person_data/birth_date": "1988-04-17", "person_data/sex": "F",
        "new_id": person, "person_id": person, "code": code, "person_label": label, "person_group": neighbour.group,
        "notice": "ca-2026-11", "agreed": "yes", "recorded": "no", "papers/tenure": "possession",
        "papers/documents_held": "identity_document land_document", "papers/paper": papers,
        "land/place": _at(neighbour, (0.002, 0.001), 6), "land/nominal_ha": 2.5, "land/possession": "yes",
        "land/forest_m2": 0, "land/plot_id": plot, "land/plot_code": f"{code}-1", "land/plot_label": f"{code}-1",
        "land/plot_person": person, "land/plot_person_code": code, "land/plot_group": neighbour.group,
        "letter/signs": "signature", "land/meta/entity/label": f"{code}-1", "meta/entity/label": label,
    }  # fmt: skip
    filled = made("enrolment", near.technician, neighbour, begun, near.received_at, answers, f"enrolment {n}")
    new = {"create": "true", "update": "false", "baseVersion": ""}
    entities = {"participants": {**new, "id": person}, "plots": {**new, "id": plot}}
    return replace(filled, entities=entities, planted="enrolment that waits")


def _begun(of: Filled, at: datetime) -> Filled:
    """Filled in at another time, by the phone's clock, which is its camera's too."""
    pictures = {path: replace(each, at=each.at + (at - of.at)) for path, each in of.pictures.items()}
    return replace(of, at=at, pictures=pictures)


def _with_photo(of: Filled, photo: Picture, label: str) -> Filled:
    return replace(of, pictures={**of.pictures, "plot_photo": photo}, planted=label)


def _answered(of: Filled, answers: Answers, label: str) -> Filled:
    return replace(of, answers={**of.answers, **answers}, planted=label)


def _moved(of: Filled, by: tuple[float, float], label: str) -> Filled:
    return _answered(of, {"place": _at(of.person, by, 6)}, label)


def _at(person: Person, by: tuple[float, float], accuracy_m: float) -> str:
    return point(person.land.lon + by[0], person.land.lat + by[1], accuracy_m)


def _crossed(person: Person) -> str:
    """The boundary with two corners taken in the wrong order."""
    (lon, lat), far = (person.land.lon, person.land.lat), 0.0006
    return walk([(lon, lat), (lon + far, lat + far), (lon + far, lat), (lon, lat + far)])
