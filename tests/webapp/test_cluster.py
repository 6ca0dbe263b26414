"""serve --cluster: what is refused before anything heavy starts."""

import socket

import pytest

from tests.webapp.truyvet import Truyvet, refused
from webapp import serving
from webapp.serving import ClusterFault, check_cluster
from webapp.settings import Settings

ADDRESS = "tcp://127.0.0.1:8786"


@pytest.fixture
def truyvet(tmp_path):
    """The command line of an instance that is not there yet; its port is free."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    home = str(tmp_path / "instance")
    return Truyvet({"TRUYVET_HOME": home, "NEO4J_URI": "", "TRUYVET_PORT": port})


@pytest.mark.parametrize("address", ["8786", "http://127.0.0.1:8786", "tcp://127.0.0.1:99999"])
def test_what_is_no_schedulers_address_is_called_wrongly(truyvet, address):
    refused(truyvet("serve", "--cluster", address), "--cluster must be an address", status=2)


def test_a_cluster_wants_the_projection(truyvet, tmp_path):
    truyvet.environment |= {"TRUYVET_PROJECTION": "off", "TRUYVET_CLUSTER": ADDRESS}

    refused(truyvet("serve"), "A cluster shares the projection")

    assert not (tmp_path / "instance").exists()


def test_a_cluster_wants_dask_and_says_how_to_get_it(truyvet, monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda _name: None)

    refused(truyvet("serve", "--cluster", ADDRESS), "requirements/cluster.txt")


def test_without_a_cluster_nothing_is_wanted(monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda _name: None)

    check_cluster(Settings(TRUYVET_PROJECTION="off"))
    with pytest.raises(ClusterFault):
        check_cluster(Settings(TRUYVET_CLUSTER=ADDRESS))
