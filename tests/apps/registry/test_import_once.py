"""The same file, or the same client key, is taken once; also by two senders at the same moment."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from ceiba.core.kernel.errors import CeibaError
from ceiba.registry.models import Import, Participant
from ceiba.registry.services import imports
from tests.apps.registry.helpers import base, look, sheet_file, take


@pytest.mark.django_db
def test_the_same_file_again_is_the_earlier_import(tmp_path):
    base(0)
    path = sheet_file(tmp_path, "participants", {})
    done = take("participants", path)
    Participant.objects.update(phone="changed since")
    assert take("participants", path, name="otro nombre.csv") == done
    assert Participant.objects.get().phone == "changed since"
    seen = look("participants", path)
    assert seen.earlier == done
    assert not seen.acceptable


@pytest.mark.django_db
def test_the_same_file_under_a_key_of_its_own_is_taken_again(tmp_path):
    base(0)
    path = sheet_file(tmp_path, "participants", {})
    take("participants", path)
    Participant.objects.update(phone="changed since")
    again = take("participants", path, client_key="marzo-2")
    assert (again.updated, Import.objects.count()) == (1, 2)
    assert Participant.objects.get().phone == "+502 5555-0000"
    assert take("participants", path, client_key="marzo-2") == again


@pytest.mark.django_db
def test_a_key_does_not_serve_for_another_file_or_sheet(tmp_path):
    base(0)
    first = sheet_file(tmp_path, "participants", {})
    take("participants", first, client_key="k")
    other = sheet_file(tmp_path, "participants", {"code": "P-2"}, name="b.csv")
    for call in (take, look):
        with pytest.raises(CeibaError) as raised:
            call("participants", other, client_key="k")
        assert [p.code for p in raised.value.problems] == ["import.key_reused"]
        with pytest.raises(CeibaError):
            call("documents", first, client_key="k")
    assert Participant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_else_writes_to_the_table_meanwhile_and_everybody_reads(tmp_path, monkeypatch):
    base(1)
    written = imports._written
    found = []

    def look_from_outside():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM registry_participant")
                found.append(cursor.fetchone()[0])
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                cursor.execute("UPDATE registry_participant SET phone = 'x'")
        except OperationalError:
            found.append("had to wait")
        finally:
            connection.close()

    def written_while_watched(*args):
        outsider = threading.Thread(target=look_from_outside)
        outsider.start()
        outsider.join()
        return written(*args)

    monkeypatch.setattr(imports, "_written", written_while_watched)
    take("participants", sheet_file(tmp_path, "participants", {"code": "P-2"}))
    assert found == [1, "had to wait"]


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_the_same_moment_make_one_import(tmp_path, monkeypatch):
    base(0)
    path = sheet_file(tmp_path, "participants", *({"code": f"P-{i}"} for i in range(100)))
    both_read = threading.Barrier(4)
    read = imports._read

    def read_then_wait(*args):
        file = read(*args)
        both_read.wait(timeout=30)  # everybody has found no earlier import
        return file

    monkeypatch.setattr(imports, "_read", read_then_wait)
    done, errors = [], []

    def send():
        try:
            done.append(take("participants", path).pk)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(done) == 4
    assert len(set(done)) == 1
    assert Import.objects.count() == 1
    assert Participant.objects.count() == 100
