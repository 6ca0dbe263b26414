"""A sender of HTTP requests at a fixed rate, whatever the answers do: latency from intended times.

Closed loops wait for each answer and so hide a server that stalls. Here each request has a moment
at which it is meant to leave; what it waits for a free connection counts too. One thread, one
epoll, keep-alive connections from many addresses of loopback, never to any other host.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"
#: Addresses of this machine that requests come from, as from as many phones' networks.
SOURCES = 200
LARGEST_ANSWER = 1 << 16
END_OF_HEADERS = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(slots=True)
class Sent:
    """What became of requests.

    Args:
        latencies_s: of each answer, from the intended moment, by status.
        since_sent_s: the same, from the moment when the request really left.
        answered: the position of each request, with the status of its answer.
        broken: requests whose connection broke or that had no answer at the end.
        late_s: by how much the sender itself was late at most; waiting for a connection is not its.
        ended_s: when each accepted answer came, seconds after the start.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    latencies_s: dict[int, list[float]] = field(default_factory=dict)
    since_sent_s: dict[int, list[float]] = field(default_factory=dict)
    answered: list[tuple[int, int]] = field(default_factory=list)
    ended_s: list[float] = field(default_factory=list)
    broken: int = 0
    late_s: float = 0.0
    seconds: float = 0.0


class _Connection:
    __slots__ = ("buffer", "intended", "launched", "position", "socket", "wanted")

    def __init__(self, port: int, source: str) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.bind((source, 0))
        if (failed := self.socket.connect_ex((LOOPBACK, port))) not in (0, errno.EINPROGRESS):
            raise OSError(failed, "cannot connect")
        self.buffer = b""
        self.wanted = -1
        self.position = -1
        self.intended = self.launched = 0.0


def send(  # noqa: C901, PLR0912 - one loop, kept whole because each step of it costs
    port: int,
    requests: Iterable[bytes],
    rate: float,
    *,
    least_connections: int = SOURCES,
    most_connections: int = 500,
    patience_s: float = 10.0,
    on_tick: Callable[[float], None] | None = None,
) -> Sent:
    """Send requests to a port of this machine, `rate` a second, and wait for the last answers.

    Args:
        least_connections: so many are opened before any is used again, as by as many phones.
        most_connections: a request that finds them all busy waits, and its waiting counts.
        patience_s: how long after the last request answers are waited for.
        on_tick: called about every 10 ms with the seconds since the start.
    """
    sent = Sent()
    poll = select.epoll()
    connections: dict[int, _Connection] = {}
    free: deque[_Connection] = deque()
    waiting: deque[tuple[int, float, bytes]] = deque()
    source = iter(requests)
    upcoming = next(source, None)
    position, opened = 0, 0
    began = time.perf_counter()
    last_due = began
    ticked = 0.0

    def drop(connection: _Connection) -> None:
        poll.unregister(connection.socket.fileno())
        del connections[connection.socket.fileno()]
        connection.socket.close()
        if connection.position >= 0:
            sent.broken += 1

    def launch(connection: _Connection, at: int, intended: float, request: bytes) -> None:
        connection.position, connection.intended = at, intended
        connection.launched = time.perf_counter()
        connection.buffer, connection.wanted = b"", -1
        try:
            connection.socket.send(request)
        except BlockingIOError:
            # Still connecting: the poll says when it can be written.
            connection.buffer = request
            poll.modify(connection.socket.fileno(), select.EPOLLOUT)
        except OSError:
            drop(connection)

    try:
        while upcoming is not None or waiting or any(c.position >= 0 for c in connections.values()):
            now = time.perf_counter()
            while upcoming is not None and (due := began + position / rate) <= now:
                waiting.append((position, due, upcoming))
                sent.late_s = max(sent.late_s, now - due)
                position, last_due = position + 1, due
                upcoming = next(source, None)
            while waiting:
                is_short = len(connections) < (most_connections if not free else least_connections)
                if is_short:
                    opened += 1
                    connection = _Connection(port, f"127.0.1.{1 + opened % SOURCES}")
                    connections[connection.socket.fileno()] = connection
                    poll.register(connection.socket.fileno(), select.EPOLLIN)
                elif free:
                    connection = free.popleft()
                else:
                    break
                at, due, request = waiting.popleft()
                launch(connection, at, due, request)
            if upcoming is None and now - last_due > patience_s:
                sent.broken += len(waiting)
                break
            if on_tick is not None and now - began - ticked > 0.01:
                ticked = now - began
                on_tick(ticked)
            pause = 0.05 if upcoming is None else max(0.0, began + position / rate - now)
            for descriptor, event in poll.poll(min(pause, 0.05)):
                connection = connections[descriptor]
                if event & select.EPOLLOUT:
                    request, connection.buffer = connection.buffer, b""
                    poll.modify(descriptor, select.EPOLLIN)
                    try:
                        connection.socket.send(request)
                    except OSError:
                        drop(connection)
                    continue
                try:
                    received = connection.socket.recv(LARGEST_ANSWER)
                except BlockingIOError:
                    continue
                except OSError:
                    received = b""
                if not received:
                    if connection in free:
                        free.remove(connection)
                    drop(connection)
                    continue
                connection.buffer += received
                if not _is_whole(connection):
                    continue
                ended = time.perf_counter()
                status = int(connection.buffer[9:12])
                sent.statuses[status] += 1
                sent.latencies_s.setdefault(status, []).append(ended - connection.intended)
                sent.since_sent_s.setdefault(status, []).append(ended - connection.launched)
                sent.answered.append((connection.position, status))
                if status in (200, 201):
                    sent.ended_s.append(ended - began)
                connection.position, connection.buffer = -1, b""
                free.append(connection)
    finally:
        sent.broken += sum(connection.position >= 0 for connection in connections.values())
        sent.seconds = time.perf_counter() - began
        for connection in connections.values():
            connection.socket.close()
        poll.close()
    return sent


def _is_whole(connection: _Connection) -> bool:
    """Say whether an answer has come whole: its headers, and as many bytes as they tell."""
    if connection.wanted < 0:
        end = connection.buffer.find(END_OF_HEADERS)
        if end < 0:
            return False
        head = connection.buffer[:end].lower()
        found = head.find(LENGTH)
        length = int(head[found + len(LENGTH) :].split(b"\r\n", 1)[0]) if found >= 0 else 0
        connection.wanted = end + len(END_OF_HEADERS) + length
    return len(connection.buffer) >= connection.wanted
