"""The web app under granian: one process that owns the port, one worker with many threads.

The process that calls `serve` may hold the embedded server; its worker only connects to it, by a
driver of its own, made after the fork. There is one worker because limits are counted in it, and
because one writer commits all check-ins.
"""

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL
from functools import partial
from importlib.util import find_spec
from threading import Thread

from flask import Flask
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server.mp import MPServer as Server

from graph.database import Graph
from graph.errors import StoreAway, StoreFault
from graph.server import Connection
from graph.tracing import Ready, warm_up
from graph.tracing.traffic import count_city_traffic
from webapp import create_app
from webapp.faults import Explained
from webapp.front import Front
from webapp.language import N_, _
from webapp.sending import open_post
from webapp.settings import Settings
from webapp.store import open_projection

STOP_SECONDS = 20
RESTART_SECONDS = 0.2
LOOK_SECONDS = 0.05
HEADER_SECONDS = 10
MOST_CONNECTIONS = 4_096
SWITCH_SECONDS = 0.001
PR_SET_PDEATHSIG = 1
#: Why an address cannot be listened on, and what to do about it.
PORT_FAULTS = {
    EADDRINUSE: N_(
        "Port %(port)d of %(host)s is taken by another program: "
        "choose another with --port or TRUYVET_PORT."
    ),
    EADDRNOTAVAIL: N_(
        "This machine has no address %(host)s: set TRUYVET_HOST, or bring that interface up."
    ),
    EACCES: N_("Port %(port)d needs rights that this user lacks: choose one above 1023."),
}


class PortFault(Explained):
    """The web app cannot listen where it should; the text says why and what to do."""


def check_port(settings: Settings) -> None:
    """See that the web app's port is free, before anything heavy starts.

    Raises:
        PortFault: it is taken, or the address is not one of this machine.
    """
    host, port = settings.host, settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as fault:
        unknown = N_("The web app cannot listen on %(host)s, port %(port)d: set TRUYVET_HOST.")
        sentence = PORT_FAULTS.get(fault.errno or 0, unknown)
        raise PortFault(_(sentence, host=host, port=port)) from None


class ClusterFault(Explained):
    """No cluster can be used here; the text says why and what to do."""


def check_cluster(settings: Settings) -> None:
    """See that the cluster that is set could be used; whether it answers shows later.

    Raises:
        ClusterFault: Dask is not installed, or the projection is off.
    """
    if settings.cluster is None:
        return
    if settings.projection == "off":
        raise ClusterFault(_("A cluster shares the projection: set TRUYVET_PROJECTION to on."))
    if find_spec("distributed") is None:
        raise ClusterFault(
            _("A cluster needs Dask: run .venv/bin/pip install -r requirements/cluster.txt.")
        )


def serve(connection: Connection, settings: Settings, on_ready: Callable[[], None]) -> None:
    """Answer requests until SIGTERM or Ctrl-C; `on_ready` is called once they are answered.

    Raises:
        SettingsFault: a file of a token or a password cannot be read.
    """
    # Here and not first in the worker, which would be started again and again.
    open_post(settings)
    Thread(target=_tell_ready, args=(settings, on_ready), name="ready", daemon=True).start()
    server = _server(settings)
    # A worker that is lost twice within seconds ends the server, who would leave nobody serving.
    while not server.interrupt_signal:
        with suppress(SystemExit):
            server.serve(target_loader=partial(_load, connection, settings), wrap_loader=False)
        if not server.interrupt_signal:
            time.sleep(RESTART_SECONDS)
            server = _server(settings)


def _server(settings: Settings) -> Server:
    return Server(
        "truyvet",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        workers=1,
        # Connections that may be open at the same time: a keep-alive one costs next to nothing.
        backlog=MOST_CONNECTIONS,
        backpressure=MOST_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        # Addresses of pages hold ids, and texts of exceptions what somebody sent.
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )


def _load(connection: Connection, settings: Settings) -> Front:
    """Return the app of the worker, with its own connections to the store."""
    _die_with_parent()
    # A commit takes the interpreter's lock at each answer of the store; it waits less for it.
    sys.setswitchinterval(SWITCH_SECONDS)
    graph = Graph.connect(connection)
    app = create_app(graph, settings, _followed(settings, graph))
    # Beside the first pages, so that nobody waits for it.
    Thread(target=_warm_up, args=(graph, app), name="warm-up", daemon=True).start()
    return Front(app, settings.threads)


def _die_with_parent() -> None:
    """Have the kernel end this process when the one that owns the port is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)


def _tell_ready(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Wait until the port is listened on, then say so once."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    while True:
        with suppress(OSError), socket.create_connection((host, settings.port), timeout=1) as one:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if one.recv(12).startswith(b"HTTP/1.1 200"):
                on_ready()
                return
        time.sleep(LOOK_SECONDS)


def _warm_up(graph: Graph, app: Flask) -> None:
    """Have the store plan and count what is asked soon; where it cannot, the first is slower."""
    with suppress(StoreAway, StoreFault):
        app.extensions["intake"].open()
        warm_up(graph)
        # What venues in common are compared with: seconds in a large city, kept afterwards.
        count_city_traffic(graph, ())


def _followed(settings: Settings, graph: Graph) -> Ready | None:
    """Return the projection, which follows the store, shared with a cluster if one is set."""
    projection = open_projection(settings, graph, _nobody)
    if projection is None:
        return None
    projection.start()
    if settings.cluster is None:
        return projection
    from graph.tracing.dask_cluster import DaskCluster

    cluster = DaskCluster(projection, settings.cluster)
    cluster.start()
    return cluster


def _nobody(_sentence: str) -> None:
    """Tell nobody: pages say whether the projection answers."""
