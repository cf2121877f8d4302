"""450,000 leaves appended to the transparency log and its root; a proof for each of them; beside them another library.

    PYTHONPATH=src:.:benchmarks .venv/bin/python benchmarks/log.py [--baselines PYTHON]

PYTHON is the interpreter of an environment with `pymerkle` 7, which Ceiba does not depend on (its licence is the GPL). It gets
the same leaves and must come to the same root. Without it the baseline is the definition of RFC 9162, recursive, over a
part of the leaves, extrapolated.
"""

import argparse
import sys
import time
from hashlib import sha256

LEAVES = 450_000
BEFORE = 16_000_000  # leaves that a log of some years holds; it is known by its frontier alone
SAMPLE = 20_000
PROOFS = 10_000


def leaf_data(count: int) -> list[bytes]:
    """Entries as the log has them: 110 bytes of JSON each."""
    return [
        b'{"commitment":"%s","kind":"determination"}' % sha256(b"%d" % n).hexdigest().encode()
        for n in range(count)
    ]


def ours(before: int) -> None:
    from measure import peak_mb

    from ceiba.core.merkle.tree import Frontier, appended, leaf_hashes

    data = leaf_data(LEAVES)
    frontier = Frontier(before, tuple(sha256(b"%d" % n).digest() for n in range(before.bit_count())))
    print(f"before {peak_mb():.0f}")
    started = time.perf_counter()
    frontier, runs = appended(frontier, leaf_hashes(data))
    root = frontier.root()
    print(f"seconds {time.perf_counter() - started:.3f}")
    print(f"nodes {sum(len(run.hashes) for run in runs)}")
    print(f"root {root.hex()}")


def proofs() -> None:
    """Made from nodes in memory and verified, one at a time; the reading of a database is not in it."""
    from ceiba.core.merkle.paths import inclusion_proof
    from ceiba.core.merkle.tree import Frontier, Node, appended, leaf_hashes
    from ceiba.core.merkle.verifying import verify_inclusion

    leaves = leaf_hashes(leaf_data(LEAVES))
    frontier, runs = appended(Frontier(), leaves)
    nodes = {
        Node(level, number): value
        for level, first, hashes in runs
        for number, value in enumerate(hashes, first)
    }
    root, indices = frontier.root(), range(0, LEAVES, LEAVES // PROOFS)
    started = time.perf_counter()
    made = [
        inclusion_proof(n, LEAVES, lambda wanted: {node: nodes[node] for node in wanted}) for n in indices
    ]
    between = time.perf_counter()
    for index, proof in zip(indices, made, strict=True):
        verify_inclusion(leaves[index], index, LEAVES, proof, root)
    print(f"seconds {between - started:.3f}")
    print(f"verified {time.perf_counter() - between:.3f}")


def pymerkle() -> None:
    from measure import peak_mb
    from pymerkle import InmemoryTree  # type: ignore[import-not-found]

    data = leaf_data(LEAVES)
    print(f"before {peak_mb():.0f}")
    tree = InmemoryTree(algorithm="sha256")
    started = time.perf_counter()
    tree.append_entries(data)
    root = tree.get_root()
    print(f"seconds {time.perf_counter() - started:.3f}")
    print(f"root {root.hex()}")


def naive() -> None:
    from tests.core.merkle.naive import mth

    data = leaf_data(SAMPLE)
    started = time.perf_counter()
    mth(data)
    print(f"seconds {time.perf_counter() - started:.3f}")


def report(baselines: str | None) -> None:
    """Each in a process of its own."""
    from measure import measured

    here = [sys.executable, __file__]
    env = {"PYTHONPATH": "src:.:benchmarks"}
    mine = measured([*here, "--ours", "0"], runs=5, env=env)
    facts = dict(line.split(" ", 1) for line in mine.output.splitlines())
    seconds = ", ".join(f"{value:.2f}" for value in sorted(mine.seconds))
    print(f"{LEAVES:,} leaves appended, {int(facts['nodes']):,} nodes to keep, the root: {seconds} s,")
    print(f"  peak {mine.peak_mb:.0f} MiB, of which {facts['before']} with Python and the leaves' data")
    later = measured([*here, "--ours", str(BEFORE)], runs=3, env=env)
    print(f"the same after {BEFORE:,} leaves: {later.typical_s:.2f} s")
    made = measured([*here, "--proofs"], runs=3, env=env)
    verified = dict(line.split(" ", 1) for line in made.output.splitlines())["verified"]
    print(
        f"{PROOFS:,} inclusion proofs made: {made.typical_s * 1e6 / PROOFS:.0f} µs each; "
        f"verified: {float(verified) * 1e6 / PROOFS:.0f} µs each"
    )
    if baselines is None:
        sample = measured([*here, "--naive"], runs=3, env=env)
        whole = sample.typical_s * LEAVES / SAMPLE
        print(f"RFC 9162's definition, recursive: {whole:.1f} s, extrapolated from {SAMPLE:,} leaves;")
        print("  it keeps no nodes: the next leaf would cost as much again")
        return
    theirs = measured([baselines, __file__, "--pymerkle"], runs=3, env=env)
    told = dict(line.split(" ", 1) for line in theirs.output.splitlines())
    assert told["root"] == facts["root"], "pymerkle came to another root"
    print(
        f"pymerkle, in memory, the same root: {theirs.typical_s:.2f} s ({theirs.typical_s / mine.typical_s:.1f} x), "
        f"peak {theirs.peak_mb:.0f} MiB, of which {told['before']} before"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baselines", help="Python of an environment with pymerkle")
    parser.add_argument("--ours", type=int, help=argparse.SUPPRESS)
    for name in ("proofs", "pymerkle", "naive"):
        parser.add_argument(f"--{name}", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ours is not None:
        ours(asked.ours)
    elif asked.proofs:
        proofs()
    elif asked.pymerkle:
        pymerkle()
    elif asked.naive:
        naive()
    else:
        report(asked.baselines)


if __name__ == "__main__":
    main()
