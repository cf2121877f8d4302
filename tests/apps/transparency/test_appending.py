from ceiba.transparency.models import Entry, Nodes
from tests.factories import World


def test_x(made: World) -> None:
    print(Entry.objects.values_list("index", "kind", "key")[:200])
    print([(n.level, n.first, n.count) for n in Nodes.objects.all()])
    assert 0
