"""The web app under gunicorn: one process that owns the port, one worker with many threads.

The process that calls `serve` may hold the embedded server; its workers only connect to it, each
by a driver of its own, made after the fork.
"""

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL
from importlib.util import find_spec
from threading import Thread
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from graph.database import Graph
from graph.errors import StoreAway, StoreFault
from graph.server import Connection
from graph.tracing import Ready, warm_up
from graph.tracing.traffic import count_city_traffic
from webapp import create_app
from webapp.faults import Explained
from webapp.language import N_, _
from webapp.settings import Settings
from webapp.store import open_projection

STOP_SECONDS = 20
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
    """Answer requests until SIGTERM or Ctrl-C; `on_ready` is called once they are answered."""
    owner = os.getpid()
    try:
        WebApp(connection, settings, on_ready).run()
    except SystemExit as end:
        if os.getpid() != owner:
            # A worker ends here: what its parent holds, the server above all, is not its own.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        if end.code:
            raise


class WebApp(BaseApplication):
    """The app as gunicorn runs it."""

    def __init__(
        self, connection: Connection, settings: Settings, on_ready: Callable[[], None]
    ) -> None:
        self.connection, self.settings, self.on_ready = connection, settings, on_ready
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn shall be; no file and no variable of its own is read."""
        chosen: dict[str, Any] = {
            "bind": _bind(self.settings),
            "workers": 1,
            "worker_class": "gthread",
            "threads": self.settings.threads,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": 5,
            # No header of a request says where it comes from or which page it asks for.
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "proc_name": "truyvet",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "post_worker_init": self._tell_ready,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app of one worker, with its own connections to the store."""
        graph = Graph.connect(self.connection)
        # Beside the first pages, so that nobody waits for it.
        Thread(target=_warm_up, args=(graph,), name="warm-up", daemon=True).start()
        return create_app(graph, self.settings, _followed(self.settings, graph))

    def _tell_ready(self, worker: Any) -> None:
        # A worker that replaces a lost one has nothing new to say.
        if worker.age == 1:
            self.on_ready()


class DiscreetLogger(Logger):
    """gunicorn's log without what visitors send: addresses of pages hold ids."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning; of a broken request only that there was one."""
        if msg.startswith("Invalid request"):
            msg, args = "A request was not HTTP and was answered with 4xx.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log an exception; of one in a request only its kind."""
        if msg.startswith("Error handling request"):
            kind = type(sys.exc_info()[1]).__name__
            super().error("A request failed outside the app: %s", kind)
        else:
            super().exception(msg, *args, **kwargs)


def _warm_up(graph: Graph) -> None:
    """Have the store plan and count what is asked soon; where it cannot, the first is slower."""
    with suppress(StoreAway, StoreFault):
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


def _bind(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"
