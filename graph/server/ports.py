"""Ports on loopback: which are free, and whether Neo4j answers on one."""

import random
import socket

from graph.server.faults import ServerFault

LOOPBACK = "127.0.0.1"
# Below the ports that Linux lends to outgoing connections, so that a remembered one stays free.
CANDIDATES = range(20_000, 32_000)
# The four bytes of Bolt, then four versions that may be spoken: 5.8 and some before it.
HELLO = bytes.fromhex("6060b01700080805000000040000000000000000")


def check_loopback() -> None:
    """See that this machine can talk to itself; an address may exist while its device is down.

    Raises:
        ServerFault: it cannot.
    """
    try:
        with (
            socket.create_server((LOOPBACK, 0)) as listener,
            socket.create_connection(listener.getsockname(), timeout=2),
        ):
            return
    except OSError as error:
        raise ServerFault(
            f"This machine has no loopback address {LOOPBACK}: run: ip link set lo up"
        ) from error


def is_free(port: int) -> bool:
    """Say whether this user could listen on a port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As Java does it: connections that have ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def pick(fixed: int | None, remembered: int | None) -> int:
    """Return the port to listen on: the fixed one, or the remembered, or any that is free.

    Raises:
        ServerFault: the fixed port is taken, no port is free, or there is no loopback.
    """
    check_loopback()
    if fixed is not None:
        if is_free(fixed):
            return fixed
        raise ServerFault(
            f"Port {fixed} is taken by another program, or kept from this user: end that program, "
            "or choose another port with TRUYVET_NEO4J_PORT."
        )
    if remembered is not None and is_free(remembered):
        return remembered
    for port in random.SystemRandom().sample(CANDIDATES, 200):
        if is_free(port):
            return port
    raise ServerFault(f"No port of {LOOPBACK} is free: end some programs, then start again.")


def answers(port: int, seconds: float = 2) -> bool:
    """Say whether a server that speaks Bolt answers on a port of loopback."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds) as connection:
            connection.sendall(HELLO)
            reply = connection.recv(4)
    except OSError:
        return False
    return len(reply) == 4 and any(reply)
