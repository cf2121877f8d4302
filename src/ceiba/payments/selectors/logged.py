"""Payment runs as the transparency log takes them, once they are released."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ceiba.core.kernel.canonical import canonical_text
from ceiba.core.log_data import PAID, RUNS, payments_root
from ceiba.core.payment_run import Step
from ceiba.frames.postgres import read_frame
from ceiba.payments.models import PaymentRun, RunStep
from ceiba.payments.selectors.runs import sql_text

_PAID_SQL: Final = sql_text("paid_by_run")


def runs_released() -> list[int]:
    """Numbers of the runs that were released, whatever became of them, in order."""
    released = RunStep.objects.filter(step=Step.RELEASE)
    return list(released.values_list("run_id", flat=True).order_by("run_id"))


def runs_logged(numbers: Iterable[int]) -> pl.DataFrame:
    """These runs (`RUNS`), with what they pay and who moved them on."""
    runs = PaymentRun.objects.filter(pk__in=list(numbers)).order_by("pk").prefetch_related("steps")
    rows = [
        {
            "run": run.pk,
            "kind": run.kind,
            "programme": run.programme_id,
            "month": run.month,
            "currency": run.currency,
            "execute_on": run.execute_on,
            "payments": run.payments,
            "amount_minor": run.amount_minor,
            "saved_minor": run.saved_minor,
            "steps": canonical_text({step.step: step.actor_id for step in run.steps.all()}),
            "root": payments_root(run_paid(run.pk)).hex(),
        }
        for run in runs
    ]
    return pl.DataFrame(rows, schema=dict(RUNS.dtypes))


def run_paid(number: int) -> pl.DataFrame:
    """What a run pays: its orders with their lines, and the lines that it saves without an order (`PAID`)."""
    return read_frame(_PAID_SQL, {"run": number}, PAID)
