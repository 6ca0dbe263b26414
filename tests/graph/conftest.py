"""What tests of the projection share: a store with the worked example, and a folder for files."""

from pathlib import Path

import pytest

from graph.database import Graph
from graph.visits import merge_visits


@pytest.fixture
def worked(graph: Graph) -> Graph:
    """The worked example of the design, and a night at the ward."""
    # Imported here, so that tests of other things do not wait for the kernels.
    from tests.graph.projecting import STAMP, WORKED

    merge_visits(graph, WORKED, STAMP)
    return graph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of a projection lie."""
    return tmp_path / "projection"
