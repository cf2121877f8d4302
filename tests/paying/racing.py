"""Eight, each with a connection of its own, do the same at the same moment; what came of each is printed as JSON."""

import json
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from ceiba.rails.simulator.bank import work
from tests.paying.bank import BEHAVIOUR

RACERS: Final = 8


def at_once(acts: list[Callable[[], Any]]) -> list[str]:
    """What came of each: its own words, the codes of a refusal, or the name of what broke."""
    from django.db import connection

    from ceiba.core.kernel.errors import CeibaError

    gate, found = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = str(acts[place]())
        except CeibaError as error:
            found[place] = " ".join(problem.code for problem in error.problems)
        except Exception as error:  # noqa: BLE001 - the test says which may be
            found[place] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def race(worker: Any) -> None:
    """One race after another over the same runs, from their draft to the bank's answers."""
    from ceiba.core.payment_run import Step
    from ceiba.determinations.selectors import sealed_months
    from ceiba.payments.models import PaymentRun

    last, before = sorted((month for _, month in sealed_months()), reverse=True)[:2]
    told: dict[str, list[str]] = {}
    told["draft"] = at_once([_draft(worker, last, ("GT", "HN", "SV"))] * RACERS)
    told["overlap"] = at_once([_draft(worker, before, areas) for areas in (("GT",), ("GT", "HN"))] * 4)
    run = PaymentRun.objects.filter(month=last).get()
    _limits()
    for step, names in (
        (Step.PREPARE, ("pagos", "revisora")), (Step.REVIEW, ("revisora", "pagos")),
        (Step.APPROVE, ("tesorera", "tesorero")), (Step.RELEASE, ("tesorero", "tesorera")),
    ):  # fmt: skip
        worker.explain(run, _user("pagos"))
        told[step] = at_once([_step(worker, run.pk, step, name) for name in names] * 4)
    told["send"] = at_once([_send(worker, run.pk)] * RACERS)
    answers = _answers(worker)
    told["take"] = at_once([_take(worker, answers[0])] * RACERS)
    told["everything"] = at_once([
        *[_take(worker, path) for path in answers],
        *[_match(worker)] * 4,
        *[_draft(worker, last, ("GT", "HN", "SV"))] * 2,
    ])  # fmt: skip
    told["match"] = at_once([_match(worker)] * RACERS)
    told["explain"] = at_once([*[_explain(worker)] * 6, _match(worker), _match(worker)])
    sys.stdout.write(json.dumps(told))


def _limits() -> None:
    """Either of the treasury may approve and release, so that both try."""
    from ceiba.core.payment_run import LIMITED
    from ceiba.payments.services import limit_set

    for name in ("tesorera", "tesorero"):
        for step in LIMITED:
            limit_set(user=_user(name), step=step, currency="USD", amount_minor=100_000_000)


def _user(name: str) -> Any:
    from ceiba.accounts.models import User

    return User.objects.get(username=name)


def _draft(worker: Any, month: Any, areas: tuple[str, ...]) -> Callable[[], Any]:
    from ceiba.core.kernel.month import Month
    from ceiba.payments.services import run_draft
    from tests.apps.payments.paying.helpers import CODE, PAY_DAY

    def act() -> str:
        run = run_draft(
            programme=CODE, month=Month.of(month), areas=areas, bank_account=worker.account,
            execute_on=PAY_DAY, at=worker.now, actor=_user("pagos"),
        )  # fmt: skip
        return f"drafted {len(run.areas)}"

    return act


def _step(worker: Any, run: int, step: Any, name: str) -> Callable[[], Any]:
    from ceiba.payments.services import run_step

    return lambda: run_step(run_id=run, step=step, actor=_user(name), at=worker.now).state


def _send(worker: Any, run: int) -> Callable[[], Any]:
    from ceiba.payments.services import run_send

    return lambda: run_send(run_id=run, at=worker.now).state


def _answers(worker: Any) -> list[Path]:
    """What a bank says of the files in the outbox."""
    outbox = Path(worker.answers).parents[1] / "bank" / "outbox" / "BANCO-1"
    folder = Path(worker.answers).parent / "raced"
    return [folder / name for name in work(outbox, folder, BEHAVIOUR).answers]


def _take(worker: Any, path: Path) -> Callable[[], Any]:
    from ceiba.reconciliation.services.files import bank_file_take

    def act() -> str:
        taken = bank_file_take(
            path=path, name=path.name, bank_account=worker.account, actor=None, at=worker.now
        )
        return "again" if taken.again else "taken"

    return act


def _match(worker: Any) -> Callable[[], Any]:
    from ceiba.reconciliation.services.matching import entries_match
    from tests.apps.payments.paying.helpers import PAY_DAY

    def act() -> str:
        done = entries_match(
            bank_account=worker.account, today=PAY_DAY + timedelta(days=20), at=worker.now, actor=None
        )
        return f"settled {done.settled}"

    return act


def _explain(worker: Any) -> Callable[[], Any]:
    """The bank's fee, by whoever is first."""
    from ceiba.ledger.models import Account
    from ceiba.reconciliation.models import OpenItem
    from ceiba.reconciliation.services.items import open_item_explain

    fee = OpenItem.objects.get(kind="other", direction="out")
    charges = Account.objects.get(kind="charges")

    def act() -> str:
        open_item_explain(
            item_id=fee.pk, account_id=charges.pk, why="Comisión.", actor=_user("pagos"), at=worker.now
        )
        return "explained"

    return act
