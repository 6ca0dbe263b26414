"""A proxy between the app and its store that loses the replies to commits, in several ways."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from typing import Self

#: Messages of Bolt as they travel: the beginning of a transaction with its details, a commit.
_MESSAGES = re.compile(rb"\xb1\x11(?P<begin>.*?)\x00\x00|\x00\x02\xb0\x12\x00\x00", re.DOTALL)
_OF_READING = b"\x84mode\x81r"
#: The longest part of a message that may have come with the part before.
_TAIL = 512
LARGEST = 1 << 16

LOST_REPLY = "the reply is lost after the commit"
LOST_COMMIT = "the commit itself is lost"
HALF_CLOSED = "the store's side is closed after the commit"
STALL = "the reply comes after a long stall"
RESET = "the connection is reset after the commit"
HALF_REPLY = "the reply breaks off in the middle"
FAULTS = (LOST_REPLY, LOST_COMMIT, HALF_CLOSED, STALL, RESET, HALF_REPLY)


class Proxy:
    """Passes everything on, until it is armed: then the next commit of writing meets its fault.

    Args:
        port: of the store.
        stall_s: how long a stall takes.
    """

    def __init__(self, port: int, stall_s: float) -> None:
        self._target, self._stall_s = port, stall_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.armed: str | None = None
        #: How often each fault happened.
        self.fired: Counter[str] = Counter()
        #: How many connections there are.
        self.open = 0

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def arm(self, fault: str) -> None:
        """Have the next commit of writing meet a fault."""
        self.armed = fault

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open += 1
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self._target)
            await _Pair(self, near, near_out, far, far_out).run()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            self._tasks.discard(task)
            near_out.close()


class _Pair:
    """One connection of the app and its continuation to the store."""

    def __init__(
        self,
        proxy: Proxy,
        near: asyncio.StreamReader,
        near_out: asyncio.StreamWriter,
        far: asyncio.StreamReader,
        far_out: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._near, self._near_out, self._far, self._far_out = near, near_out, far, far_out
        self._tail = b""
        self._is_reading = False
        self._fault: str | None = None

    async def run(self) -> None:
        """Carry both ways until either side closes."""
        ways = [asyncio.ensure_future(self._there()), asyncio.ensure_future(self._back())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._far_out.close()

    async def _there(self) -> None:
        while part := await self._near.read(LARGEST):
            if self._commits_writing(part):
                self._fault, self._proxy.armed = self._proxy.armed, None
                if self._fault is not None:
                    self._proxy.fired[self._fault] += 1
                if self._fault == LOST_COMMIT:
                    return
            self._far_out.write(part)
            await self._far_out.drain()

    def _commits_writing(self, part: bytes) -> bool:
        """Say whether a commit of a transaction that writes ends in this part."""
        seen = len(self._tail)
        text = self._tail + part
        self._tail = text[-_TAIL:]
        found = False
        for message in _MESSAGES.finditer(text):
            if message.end() <= seen:
                continue
            if message["begin"] is not None:
                self._is_reading = _OF_READING in message["begin"]
            else:
                found = not self._is_reading
        return found

    async def _back(self) -> None:
        while part := await self._far.read(LARGEST):
            fault, self._fault = self._fault, None
            if fault is None:
                self._near_out.write(part)
                await self._near_out.drain()
            elif not await self._spoil(fault, part):
                return

    async def _spoil(self, fault: str, reply: bytes) -> bool:
        """Have the reply to a commit meet its fault; say whether the connection goes on."""
        if fault == STALL:
            await asyncio.sleep(self._proxy._stall_s)
            self._near_out.write(reply)
            return True
        if fault == HALF_REPLY:
            self._near_out.write(reply[: len(reply) // 2])
            await self._near_out.drain()
        elif fault == HALF_CLOSED:
            with suppress(OSError):
                self._near_out.write_eof()
            # The app may still send; nobody answers.
            while await self._far.read(LARGEST):
                pass
        elif fault == RESET:
            plain = self._near_out.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._near_out.transport.abort()
        return False
