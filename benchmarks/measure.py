"""Runs a command as a process of its own and tells its wall time and peak memory."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Measured:
    """One command's figures: seconds of each run (as the process itself timed its work) and peak memory."""

    seconds: tuple[float, ...]
    peak_mb: float
    output: str

    @property
    def typical_s(self) -> float:
        return median(self.seconds)


def measured(command: Sequence[str], runs: int = 3, env: dict[str, str] | None = None) -> Measured:
    """Run `command` so many times; it prints the seconds of its own work as `seconds <float>` on a line."""
    seconds, peaks, output = [], [], ""
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": "src:.", **(env or {})},
        )
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}\n{output}")
        own = [float(line.split()[1]) for line in output.splitlines() if line.startswith("seconds ")]
        seconds.append(own[0] if own else time.perf_counter() - started)
        peaks.append(usage.ru_maxrss / 1024)
    return Measured(tuple(seconds), max(peaks), output)


def peak_mb() -> float:
    """Peak memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
