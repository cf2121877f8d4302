"""Nodes kept as a database would keep them: each written once."""

from collections.abc import Mapping, Sequence

from ceiba.core.merkle.tree import Frontier, Node, appended, leaf_hashes


class Store:
    def __init__(self, *batches: Sequence[bytes]) -> None:
        self.nodes: dict[Node, bytes] = {}
        self.frontier = Frontier()
        self.readings: list[int] = []
        for batch in batches:
            self.append(batch)

    def append(self, data: Sequence[bytes]) -> None:
        self.frontier, runs = appended(self.frontier, leaf_hashes(data))
        for level, first, hashes in runs:
            for index, value in enumerate(hashes, first):
                assert Node(level, index) not in self.nodes, "a node was written twice"
                self.nodes[Node(level, index)] = value

    def read(self, nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        self.readings.append(len(nodes))
        return {node: self.nodes[node] for node in nodes if node in self.nodes}
