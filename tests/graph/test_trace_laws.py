"""The Cypher engine keeps the laws of tracing (J2-J11) on random outbreaks.

`tests/test_laws.py` holds the oracle to them in the full counts of tier F; here an outbreak
and its variant are both in the store, under ids of their own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from graph.batches import Merged, Stamp
from graph.database import Graph
from graph.meetings import merge_meetings
from graph.visits import merge_visits
from tests.laws import LAWS
from tests.renaming import inverse, renamed_rows, with_prefix
from tests.stored import Recorder, ask, store_worlds
from tests.verifier import complaints
from tests.worlds import Outbreak, random_outbreaks, told

#: How many outbreaks each law is tried on; all laws share the first of them.
COUNTS = {"J2": 40, "J3": 15, "J4": 40, "J6": 30, "J7": 20, "J8": 20, "J10": 30}
PATHS = 100


@dataclass(frozen=True)
class Trial:
    """A law, an outbreak and its variant; `back` leads from the variant's ids to the outbreak's."""

    name: str
    outbreak: Outbreak
    variant: Outbreak
    back: dict[str, str]

    def is_stored_apart(self) -> bool:
        """Tell whether the variant has a world of its own."""
        return self.variant.world != self.outbreak.world


def trials(outbreaks: Sequence[Outbreak]) -> Iterator[Trial]:
    """Yield each law with outbreaks and their variants, all ids apart."""
    for number, (name, law) in enumerate(LAWS.items()):
        for outbreak in outbreaks[: COUNTS[name.split()[0]]]:
            varied = law.vary(outbreak, Random(outbreak.seed))
            if varied is None:
                continue
            if varied.outbreak.world == outbreak.world:
                yield Trial(name, outbreak, varied.outbreak, {})
                continue
            apart = with_prefix(varied.outbreak, f"v{number}-")
            renamed = inverse(varied.renaming)
            back = {new: renamed.get(old, old) for new, old in inverse(apart.renaming).items()}
            yield Trial(name, outbreak, apart.outbreak, back)


def test_the_cypher_engine_keeps_every_law(graph: Graph) -> None:
    outbreaks = list(random_outbreaks(max(COUNTS.values())))
    tried = list(trials(outbreaks))
    store_worlds(graph, [outbreak.world for outbreak in outbreaks])
    # J8 asks for other batch sizes as well as for another order.
    store_worlds(
        graph, [trial.variant.world for trial in tried if trial.is_stored_apart()], batch=211
    )
    before = {outbreak.seed: ask(graph, outbreak) for outbreak in outbreaks}
    kept = Counter[str]()

    for trial in tried:
        found = before[trial.outbreak.seed]
        after = renamed_rows(ask(graph, trial.variant), trial.back)
        faults = list(LAWS[trial.name].judge(trial.outbreak, found, trial.variant, after))
        assert not faults, f"{trial.name}: {faults}\n{told(trial.outbreak)}\n{told(trial.variant)}"
        kept[trial.name] += bool(found)

    # A law about nobody proves nothing.
    assert {name: kept[name] >= 5 for name in LAWS} == dict.fromkeys(LAWS, True)


def test_J10_a_row_repeated_with_its_key_changes_nothing(graph: Graph) -> None:
    outbreaks = list(random_outbreaks(30))
    worlds = [outbreak.world for outbreak in outbreaks]
    store_worlds(graph, worlds)
    before = [ask(graph, outbreak) for outbreak in outbreaks]
    later = Stamp("test", "again", max(outbreak.as_of for outbreak in outbreaks))
    recorder = Recorder(graph, worlds, 1000)

    for merge, rows in (
        (merge_visits, [row for _, row in recorder.arrivals()]),
        (merge_visits, [row for _, row in recorder.exits()]),
        (merge_meetings, [row for _, row in recorder.meetings()]),
    ):
        assert merge(graph, rows, later) == Merged(0, len(rows))

    assert [ask(graph, outbreak) for outbreak in outbreaks] == before


def test_J11_every_path_of_the_cypher_engine_is_borne_out_by_the_facts(graph: Graph) -> None:
    outbreaks = list(random_outbreaks(PATHS, first_seed=1000))
    store_worlds(graph, [outbreak.world for outbreak in outbreaks])
    judged = 0

    for outbreak in outbreaks:
        for row in ask(graph, outbreak):
            judged += 1
            found = list(complaints(outbreak, row))
            assert not found, f"{found}\n{row}\n{told(outbreak)}"

    assert judged > PATHS
