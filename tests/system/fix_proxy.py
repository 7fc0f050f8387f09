"""A TCP proxy that reads PostgreSQL's protocol, so that it can cut a connection at a place of our choice."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

# Messages after which a client waits for an answer (manual: protocol-message-formats).
QUERY, SYNC, COPY_DONE, COPY_FAIL = b"Q", b"S", b"c", b"f"
ASKING = (QUERY, SYNC, COPY_DONE, COPY_FAIL)
READY = b"Z"


@dataclass
class Reader:
    """Cuts a stream of bytes into messages; a client's first one has no letter in front."""

    is_begun: bool
    rest: bytes = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give each message that is complete, as its letter (none for the first one) and all its bytes."""
        self.rest += data
        while True:
            head = 1 if self.is_begun else 0
            if len(self.rest) < head + 4:
                return
            size = head + int.from_bytes(self.rest[head : head + 4], "big")
            if len(self.rest) < size:
                return
            message, self.rest = self.rest[:size], self.rest[size:]
            yield message[:head], message
            self.is_begun = True


@dataclass
class Proxy:
    """Stands between a client and a server. It counts the client's questions over all its connections.

    `latency` is in seconds, for each message and direction. All connections are cut after the question `cut_after` has
    reached the server, before the question `cut_before` does, or after `cut_after_bytes` of the client's. With
    `swallow`, the answer to the first query that holds this text is awaited and not passed on: the server has done
    it, and the client never knows.
    """

    server: tuple[str, int]
    latency: float = 0.0
    cut_after: int | None = None
    cut_before: int | None = None
    cut_after_bytes: int | None = None
    swallow: bytes | None = None
    questions: int = 0
    sent_bytes: int = 0
    is_cut: bool = False
    _pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.listener.getsockname()[1])

    def cut(self) -> None:
        """Cut all connections now; new ones are accepted."""
        with self._lock:
            self.is_cut = True
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut all, and listen no more."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.server)
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((client, server))
            threading.Thread(target=self._serve, args=(client, server), daemon=True).start()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on both directions until either side ends."""
        swallowing = threading.Event()
        back = threading.Thread(target=self._to_client, args=(client, server, swallowing), daemon=True)
        back.start()
        with _ending(client, server):
            self._to_server(client, server, swallowing)
        back.join()
        client.close()
        server.close()

    def _to_server(self, client: socket.socket, server: socket.socket, swallowing: threading.Event) -> None:
        reader = Reader(is_begun=False)
        while data := client.recv(65536):
            for letter, message in reader.feed(data):
                time.sleep(self.latency)
                if self.cut_before == self.questions + 1 and _asks(letter) and not self.is_cut:
                    self.cut()
                    return
                if self.swallow is not None and letter == QUERY and self.swallow in message:
                    swallowing.set()
                server.sendall(message[: self._allowed(len(message))])
                self._count(letter, len(message))

    def _allowed(self, size: int) -> int:
        """Say how many bytes of the next message may pass."""
        return size if self.cut_after_bytes is None else max(0, min(size, self.cut_after_bytes - self.sent_bytes))

    def _count(self, letter: bytes, size: int) -> None:
        """Count what was passed on, and cut when it is time."""
        with self._lock:
            self.questions += _asks(letter)
            self.sent_bytes += size
            is_time = self.questions == self.cut_after
            is_time |= self.cut_after_bytes is not None and self.sent_bytes >= self.cut_after_bytes
            is_time &= not self.is_cut
        if is_time:
            self.cut()

    def _to_client(self, client: socket.socket, server: socket.socket, swallowing: threading.Event) -> None:
        reader = Reader(is_begun=True)
        with _ending(client, server):
            while data := server.recv(65536):
                for letter, message in reader.feed(data):
                    time.sleep(self.latency)
                    if not swallowing.is_set():
                        client.sendall(message)
                    elif letter == READY:
                        self.cut()
                        return


def _asks(letter: bytes) -> bool:
    """Tell whether a client waits for an answer after this message."""
    return letter in ASKING or not letter


@contextlib.contextmanager
def _ending(*ends: socket.socket) -> Iterator[None]:
    """When one direction ends, or fails, end the other."""
    with contextlib.suppress(OSError):
        yield
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Proxies:
    """Makes proxies in front of the test's database, and closes them when it ends."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.made: list[Proxy] = []

    def __call__(
        self,
        *,
        latency: float = 0.0,
        cut_after: int | None = None,
        cut_before: int | None = None,
        cut_after_bytes: int | None = None,
        swallow: bytes | None = None,
    ) -> Proxy:
        """Make one; see Proxy for what it can do."""
        parts = conninfo_to_dict(self.database_url)
        server = (str(parts["host"]), int(parts["port"] or 0))
        self.made.append(Proxy(server, latency, cut_after, cut_before, cut_after_bytes, swallow))
        return self.made[-1]

    def url(self, proxy: Proxy) -> str:
        """Say how to reach the test's database through a proxy."""
        return make_conninfo(self.database_url, port=proxy.port)


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxies]:
    """Make proxies in front of the test's database."""
    proxies = Proxies(database_url)
    yield proxies
    for made in proxies.made:
        made.close()
